"""Bytes of a file, and how messages name it."""

from pathlib import Path

from sourcing import library
from sourcing.errors import Place, Problem, ScenarioError
from sourcing.files.problem_collector import short
from sourcing.spelling import alike, composed

LARGEST_TEXT = 50_000_000  # bytes of a YAML file
LARGEST_TABLE = 50_000_000  # bytes of a table


def content(path: Path, asked: Place | None, key: str, largest: int = LARGEST_TEXT, cure: str = "split it") -> bytes:
    """The content of a file; raises ScenarioError at `asked`, where `key` names it, `cure` where it is too large."""
    data, cause, done = b"", "", "check its name and its permissions"
    try:
        if path.is_dir():
            cause, done = "is a folder", "name a file in it"
        elif not path.is_file():
            cause, done = ("is no ordinary file", done) if path.exists() else ("is not there", _other_files(path))
        elif path.stat().st_size <= largest:
            with path.open("rb") as stream:
                data = stream.read(largest + 1)
        else:
            cause, done = f"is larger than {largest // 1_000_000} MB", cure
    except (OSError, ValueError) as error:
        cause = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if cause:
        raise ScenarioError((Problem(asked, key, f"the file {short(path)} {cause}", done),))
    return data


def existing(path: Path) -> Path:
    """The file that a path means: where none has just this name, the one whose name only looks the same."""
    try:
        if not path.exists() and path.parent.is_dir():
            name = composed(path.name)
            return next((file for file in path.parent.iterdir() if composed(file.name) == name), path)
    except (OSError, ValueError):
        return path  # what is wrong with it is said where it is read
    return path


def _other_files(path: Path) -> str:
    """The cure for a missing file: near names in its folder, or the use of a library model."""
    if str(path) in library.model_names():
        return f"write a file that says 'extends: {path}'"
    folder = path.parent
    beside = [file.stem for file in folder.iterdir() if file.suffix == path.suffix] if folder.is_dir() else []
    near = alike(path.stem, beside)
    return f"near: {', '.join(stem + path.suffix for stem in near)}" if near else "check the path"


def shown(path: Path) -> str:
    """How messages name a file: models/<name> or data/<name> for a shipped one, else relative to the current folder if
    inside."""
    resolved, folder = path.resolve(), Path.cwd()
    for name, shipped in (("models", library.models), ("data", library.data)):
        if resolved.parent == shipped().resolve():
            return f"{name}/{resolved.name}"
    return (resolved.relative_to(folder) if resolved.is_relative_to(folder) else path).as_posix()
