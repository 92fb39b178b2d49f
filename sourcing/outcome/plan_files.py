"""Which files of a folder are those of a saved plan, and how they are read."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sourcing import durable
from sourcing.errors import Problem, ScenarioError
from sourcing.outcome.tables import TABLES

MANIFEST = "manifest.json"
DOCUMENT = "scenario"
BY_CONTENT = re.compile(r"([a-z_]+)-([0-9a-f]{12})\.(?:csv|json)")
"""How a table or the scenario is called, by what it holds."""
UNNUMBERED = tuple(table.name for table in TABLES if not table.since)
"""Tables of plans that were saved before manifests had a format, as `orders.csv`."""
LARGEST = 50_000_000  # bytes of a manifest
LARGEST_TABLE = 1_000_000_000  # bytes of a table, as one of many futures may have


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes, as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def bytes_of(file: Path, largest: int) -> bytes:
    """The bytes of a file. Raises ScenarioError where it is larger than any that a save writes."""
    with file.open("rb") as stream:
        data = stream.read(largest + 1)
    if len(data) > largest:
        cause = f"is larger than {largest // 1_000_000} MB, as no part of a plan is"
        raise ScenarioError((Problem(None, str(file), cause, "put back what was saved, or solve again"),))
    return data


def ours(folder: Path) -> set[str]:
    """Names in a folder that saves put there: what the manifest lists, tables that are called by what they hold, and
    what a save that was broken off left."""
    manifest, names = _known(folder), {entry.name for entry in folder.iterdir() if entry.is_file()}
    recognised = {
        name for name in names if _by_content(folder, name) or BY_CONTENT.fullmatch(durable.part_of(name) or "")
    }
    recognised |= {name for name in names if durable.part_of(name) == MANIFEST}
    if manifest is not None:
        recognised |= {MANIFEST} | (names & set(_listed(manifest)))
    return recognised


def _known(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder; None where there is none that a save wrote."""
    try:
        manifest = json.loads(bytes_of(folder / MANIFEST, LARGEST))
    except (OSError, ValueError, RecursionError, ScenarioError):
        return None
    return manifest if isinstance(manifest, dict) and {"status", "cost", "manifest"} <= set(manifest) else None


def _listed(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Names of the tables that a manifest lists, none of them a path."""
    tables = manifest.get("tables")
    if "format" not in manifest:
        yield from (f"{name}.csv" for name in UNNUMBERED)
    for entry in (*(tables.values() if isinstance(tables, dict) else ()), manifest.get(DOCUMENT)):
        file = entry.get("file") if isinstance(entry, dict) else None
        if isinstance(file, str) and BY_CONTENT.fullmatch(file):
            yield file


def _by_content(folder: Path, name: str) -> bool:
    match = BY_CONTENT.fullmatch(name)
    return match is not None and digest((folder / name).read_bytes()).startswith(match[2])


def remove_scratch(target: Path) -> None:
    """Remove what earlier versions left beside a folder when they were killed while they moved a plan."""
    for scratch in target.parent.glob(f".{target.name}-????????"):
        parts = list(scratch.iterdir()) if scratch.is_dir() else [scratch]
        if all(part.is_dir() and part.name in ("plan", "old") and _is_old(part) for part in parts):
            shutil.rmtree(scratch)


def _is_old(folder: Path) -> bool:
    return {entry.name for entry in folder.iterdir()} <= {MANIFEST, *(f"{name}.csv" for name in UNNUMBERED)}


def is_plan(folder: str | Path) -> bool:
    """Whether a folder looks like that of a saved plan."""
    return (Path(folder) / MANIFEST).is_file()
