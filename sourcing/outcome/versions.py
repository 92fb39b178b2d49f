"""What a plan was made with: Python, HiGHS, this package and every package that it needs, with those they need."""

import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata

from sourcing.solver.highs import VERSION

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def versions() -> dict[str, str]:
    """Versions by name, sorted; packages as the resolution of this environment gave them."""
    return dict(_installed())


@cache
def _installed() -> dict[str, str]:
    versions_installed: dict[str, str] = {}
    names = ["sourcing"]
    while names:
        name = re.sub("[-_.]+", "-", names.pop()).lower()
        if name in versions_installed:
            continue
        try:
            stated = metadata(name)
        except PackageNotFoundError:  # for another system or Python
            continue
        versions_installed[name] = stated["Version"]
        needed = stated.get_all("Requires-Dist") or ()
        names += [match[0] for line in needed if "extra ==" not in line and (match := _NAME.match(line))]
    return dict(sorted(versions_installed.items())) | {"HiGHS": VERSION, "Python": platform.python_version()}
