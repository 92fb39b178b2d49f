"""What a plan was made with: Python, HiGHS, this package and every package that it needs, with those they need."""

import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

from sourcing.solver.highs import VERSION

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def versions() -> dict[str, str]:
    """Versions by name, sorted; packages as the resolution of this environment gave them."""
    return dict(_installed())


@cache
def _installed() -> dict[str, str]:
    versions_by_name: dict[str, str] = {}
    names = ["sourcing"]
    while names:
        name = re.sub("[-_.]+", "-", names.pop()).lower()
        if name in versions_by_name:
            continue
        try:
            versions_by_name[name] = version(name)
        except PackageNotFoundError:  # for another system or Python
            continue
        names += [match[0] for line in requires(name) or () if "extra ==" not in line and (match := _NAME.match(line))]
    return dict(sorted(versions_by_name.items())) | {"HiGHS": VERSION, "Python": platform.python_version()}
