"""Files that stand whole under their name or not at all, whatever is killed in between, power included."""

import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

OLD = 60.0  # seconds
_PART = re.compile(r"\.(.+)\.[0-9]+-[0-9a-f]{8}\.part")


def write(path: Path, data: bytes) -> None:
    """Write a file; what stood under its name stands until all of the new is on disk. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)  # noqa: PTH105, the one call that tests of killed processes stop at
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync(path.parent)


def part_of(name: str) -> str | None:
    """The name of the file that an unfinished write was of; None for the name of anything else."""
    match = _PART.fullmatch(name)
    return match[1] if match else None


def clean(folder: Path) -> None:
    """Remove what unfinished writes of killed processes left; one that is under way takes less than a minute."""
    for entry in folder.iterdir():
        if part_of(entry.name) and time.time() - entry.stat().st_mtime > OLD:
            entry.unlink(missing_ok=True)


def make(folder: Path) -> None:
    """Make a folder, with those above it, so that it outlasts a loss of power. Raises OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync(each.parent)


def sync(folder: Path) -> None:
    """Put the names in a folder on disk, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # file systems that cannot do it say so
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time in here, for one folder; it ends with the process, and Windows has none."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems have no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
