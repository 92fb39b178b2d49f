"""Bytes and text of a file, and how messages name it."""

import re
from difflib import get_close_matches
from pathlib import Path

from sourcing import library
from sourcing.documents.findings import Findings, short
from sourcing.documents.scalars import UNPRINTABLE, code_point
from sourcing.errors import Place, Problem, ScenarioError

_LARGEST = 5_000_000  # bytes of a file


def content(path: Path, asked: Place | None, key: str) -> bytes:
    """The content of a file; raises ScenarioError at `asked`, where `key` names it."""
    data, cause, cure = b"", "", "check its name and its permissions"
    try:
        if path.is_dir():
            cause, cure = "is a folder", "name a file in it"
        elif not path.is_file():
            cause, cure = ("is no ordinary file", cure) if path.exists() else ("is not there", _other_files(path))
        else:
            with path.open("rb") as stream:
                data = stream.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        cause = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if len(data) > _LARGEST:
        cause, cure = f"is larger than {_LARGEST // 1_000_000} MB", "split it"
    if cause:
        raise ScenarioError((Problem(asked, key, f"the file {short(path)} {cause}", cure),))
    return data


def _other_files(path: Path) -> str:
    """The cure for a missing file: near names in its folder, or the use of a library model."""
    if str(path) in library.model_names():
        return f"write a file that says 'extends: {path}'"
    folder = path.parent
    beside = [file.stem for file in folder.iterdir() if file.suffix == path.suffix] if folder.is_dir() else []
    near = get_close_matches(path.stem, beside)
    return f"near: {', '.join(stem + path.suffix for stem in near)}" if near else "check the path"


_NOT_ASCII = re.compile("[^\x00-\x7f]{2,}")


def table_text(data: bytes, encoding: str | None, found: Findings) -> tuple[str, str]:
    """The text of a table and what must be said of its encoding ("" where nothing must).

    `encoding` is "UTF-8" or "CP932"; None: UTF-8, or else CP932 where that gives Japanese words.
    Raises ScenarioError as `text_of` does.
    """
    if encoding == "UTF-8" or (encoding is None and _decoded(data, "utf-8-sig") is not None):
        return text_of(data, found), ""
    text = _decoded(data, "cp932")
    if encoding == "CP932":
        if text is None:
            found.stop((), None, "the file is not CP932 as said", "name its encoding, or save it as UTF-8")
        return _printable(text, found), "read as CP932, as named"
    # Accented letters of another encoding come out as single signs among plain ones, words do not.
    if text is None or not _NOT_ASCII.search(text):
        return text_of(data, found), ""
    return _printable(text, found), "read as CP932, which its bytes look like; encoding: cp932 would say so"


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def text_of(data: bytes, found: Findings) -> str:
    """The text of a file; raises ScenarioError where it is not UTF-8 or holds control characters."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        cause = f"byte {error.start + 1} (0x{data[error.start]:02x}) is not UTF-8"
        found.stop((), line, cause, "save the file as UTF-8")
    return _printable(text, found)


def _printable(text: str, found: Findings) -> str:
    odd = UNPRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        count = len(UNPRINTABLE.findall(text))
        found.stop((), line, f"the control character {code_point(odd)} ({count} such in the file)", "remove it")
    return text


def shown(path: Path) -> str:
    """How messages name a file: models/<name> or data/<name> for a shipped one, else relative to the current folder if
    inside."""
    whole, here = path.resolve(), Path.cwd()
    for name, shipped in (("models", library.models), ("data", library.data)):
        if whole.parent == shipped().resolve():
            return f"{name}/{whole.name}"
    return (whole.relative_to(here) if whole.is_relative_to(here) else path).as_posix()
