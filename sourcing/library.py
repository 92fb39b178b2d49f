"""The only look-up of the folders shipped with the package: models/ and data/."""

from functools import cache
from pathlib import Path

from sourcing.errors import DataError, Problem, ScenarioError

_PACKAGE = Path(__file__).parent


def models() -> Path:
    """Folder of the shipped importer models, the glossary and the statement.

    Raises ScenarioError when neither the package nor the checkout has one.
    """
    folder = _find(_PACKAGE, "models")
    if folder is None:
        raise ScenarioError((_missing("models"),))
    return folder


def data() -> Path:
    """Folder of the shipped tables and their datapackage.json.

    Raises DataError when neither the package nor the checkout has one.
    """
    folder = _find(_PACKAGE, "data")
    if folder is None:
        raise DataError((_missing("data"),))
    return folder


def model_names() -> tuple[str, ...]:
    """Names that `extends:` knows: the importer models in models/, sorted. Raises what `models` raises."""
    return tuple(sorted(file.stem for file in models().glob("*.yaml") if file.name != "glossary.yaml"))


@cache
def _find(package: Path, name: str) -> Path | None:
    """A wheel carries the folder inside the package; a checkout and an editable install carry it beside the package."""
    candidates = (package / name, package.parent / name)
    return next((folder for folder in candidates if folder.is_dir()), None)


def _missing(name: str) -> Problem:
    return Problem(
        place=None,
        path=f"{name}/",
        cause=f"no folder '{name}' inside the package nor beside it",
        cure="install the package again, or work in a complete checkout",
    )
