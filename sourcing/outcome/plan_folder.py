"""A plan in a folder: tables under names by their content, and a manifest that names them, put in place last.

Whatever is killed, the name has the plan before or the plan after. What the manifest says of itself and of every table
is compared on reading, so that nothing that was edited, cut or mixed up is taken for what was solved.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcing import durable
from sourcing.errors import Problem, ScenarioError
from sourcing.outcome.plan_files import (
    BY_CONTENT,
    DOCUMENT,
    LARGEST,
    LARGEST_TABLE,
    MANIFEST,
    UNNUMBERED,
    bytes_of,
    digest,
    ours,
    remove_scratch,
)

FORMAT = 3
READ = (1, 2, FORMAT)  # formats that are read; 1 had no scenario, 2 no comparisons
ATTEMPTS = 5  # to read a plan that is being replaced


@dataclass(frozen=True)
class StoredPlan:
    """What a folder holds: everything but the tables, the bytes of each table and of the scenario (None: it was not
    kept), and the files that were edited since."""

    summary: dict[str, Any]
    tables: Mapping[str, bytes]
    document: bytes | None
    edited: tuple[str, ...]


# Writing --------------------------------------------------------------------------------------------------------------


def write(folder: str | Path, summary: dict[str, Any], tables: Mapping[str, bytes], document: bytes | None) -> Path:
    """Save a plan; one there before is replaced, and what saves left behind is removed.

    summary: plain values without infinities. document: the scenario, where it is known. Raises ScenarioError when the
    folder holds something else, or cannot be written.
    """
    check_target(folder)
    target = Path(folder)
    try:
        durable.make(target)
        with durable.alone(target):
            before = ours(target)
            named = {name: _put(target, name, data) for name, data in tables.items()}
            stated = {} if document is None else {DOCUMENT: _put(target, DOCUMENT, document, "json")}
            durable.write(target / MANIFEST, _sealed({"format": FORMAT} | summary | stated | {"tables": named}))
            for name in before - {MANIFEST, *(entry["file"] for entry in (*named.values(), *stated.values()))}:
                (target / name).unlink(missing_ok=True)
            durable.sync(target)
        remove_scratch(target)
    except OSError as error:
        raise unwritable(folder, error.strerror) from None
    return target


def _put(target: Path, name: str, data: bytes, ending: str = "csv") -> dict[str, str]:
    sha256 = digest(data)
    file = f"{name}-{sha256[:12]}.{ending}"
    durable.write(target / file, data)
    return {"file": file, "sha256": sha256} | ({"headings": _headings(data)} if ending == "csv" else {})


def _headings(data: bytes) -> str:
    """The first line of a table, however its editor ends lines."""
    return data.partition(b"\n")[0].decode("utf-8-sig", errors="replace").rstrip("\r")


def _sealed(manifest: dict[str, Any]) -> bytes:
    """The manifest with a hash over all of it."""
    return (json.dumps({"sha256": _seal(manifest)} | manifest, ensure_ascii=False, indent=1) + "\n").encode()


def _seal(manifest: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    return digest(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode())


def check_target(folder: str | Path) -> None:
    """Raises ScenarioError when a plan could not be saved in a folder: better before a long solve than after it."""
    target = Path(folder)
    try:
        if target.exists() and not (target.is_dir() and {entry.name for entry in target.iterdir()} <= ours(target)):
            problem = Problem(None, str(folder), "is there and is not a plan", "name a new folder, or an empty one")
            raise ScenarioError((problem,))
        above = next(parent for parent in (target.absolute(), *target.absolute().parents) if parent.exists())
    except OSError as error:
        raise unwritable(folder, error.strerror) from None
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise unwritable(folder, "no folder that may be written" if above.is_dir() else f"{above.name} is a file")


def unwritable(folder: str | Path, why: str | None) -> ScenarioError:
    """What to say where a folder or file cannot be written."""
    return ScenarioError((Problem(None, str(folder), f"cannot be written ({why})", "name a folder you may write"),))


# Reading --------------------------------------------------------------------------------------------------------------


def read(folder: str | Path, accept_edited: bool = False) -> StoredPlan:
    """What a folder holds. Raises ScenarioError when that is no plan, or not what was saved there; the latter passes
    with `accept_edited`, as long as it can be read."""
    source, manifest = Path(folder), b""
    for _ in range(ATTEMPTS):
        try:
            manifest = bytes_of(source / MANIFEST, LARGEST)
            return _checked(source, json.loads(manifest), accept_edited)
        except FileNotFoundError as error:
            if not manifest or bytes_of(source / MANIFEST, LARGEST) == manifest:
                raise no_plan(folder, error) from None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise no_plan(folder, error) from None
    raise no_plan(folder, TimeoutError())


def no_plan(folder: str | Path, error: Exception) -> ScenarioError:
    """What to say of a folder without a plan."""
    cause = f"holds no plan that can be read ({type(error).__name__})"
    return ScenarioError((Problem(None, str(folder), cause, "name a folder written by --out or save"),))


def _checked(source: Path, manifest: dict[str, Any], accept_edited: bool) -> StoredPlan:
    if not {"status", "cost", "manifest"} <= set(manifest):
        raise KeyError(MANIFEST)
    again = _again(source, manifest)
    if "format" not in manifest and "tables" not in manifest:
        if not accept_edited:
            cause = "was saved by a version that kept no hashes, so that nothing proves its tables"
            raise ScenarioError((Problem(None, str(source), cause, f"{again}, or {ACCEPT}"),))
        tables = {name: bytes_of(source / f"{name}.csv", LARGEST_TABLE) for name in UNNUMBERED}
        return StoredPlan(manifest, tables, None, ("all of it: it was saved without hashes",))
    if manifest.get("format") not in READ and not accept_edited:
        cause = f"has the format {manifest.get('format')!r}, this version reads up to {FORMAT}"
        raise ScenarioError((Problem(None, str(source / MANIFEST), cause, f"install a later version, or {again}"),))
    entries = dict(manifest["tables"]) | ({DOCUMENT: manifest[DOCUMENT]} if DOCUMENT in manifest else {})
    files = {name: str(entry["file"]) for name, entry in entries.items()}
    if not all(BY_CONTENT.fullmatch(file) for file in files.values()):
        raise ValueError(MANIFEST)
    parts = {name: bytes_of(source / file, LARGEST_TABLE) for name, file in files.items()}
    edited = [] if manifest.get("sha256") == _seal(manifest) else [MANIFEST]
    edited += [files[name] for name, data in parts.items() if digest(data) != entries[name]["sha256"]]
    if edited and not accept_edited:
        cause = "is not what was saved: it was changed, cut or mixed up since"
        cure = f"put back what was saved, {again}, or {ACCEPT}"
        raise ScenarioError(tuple(Problem(None, str(source / name), cause, cure) for name in edited))
    document = parts.pop(DOCUMENT, None)
    cause, cure = "does not have the headings that were saved", "put back what was saved, or " + again
    other = [name for name, data in parts.items() if _headings(data) != entries[name]["headings"]]
    if other:
        raise ScenarioError(tuple(Problem(None, str(source / files[name]), cause, cure) for name in other))
    rest = {key: value for key, value in manifest.items() if key not in ("sha256", "format", "tables", DOCUMENT)}
    return StoredPlan(rest, parts, document, tuple(edited))


ACCEPT = "read it as it is with --accept-edited (accept_edited=True in Python)"


def _again(source: Path, manifest: Mapping[str, Any]) -> str:
    """How to make a plan again, as exactly as its manifest knows."""
    made = manifest.get("manifest")
    files = made.get("files") if isinstance(made, dict) else None
    first = files[0].get("name") if isinstance(files, list) and files and isinstance(files[0], dict) else "FILE"
    changes = made.get("overrides") if isinstance(made, dict) else None
    sets = "".join(f" --set {json.dumps(str(change), ensure_ascii=False)}" for change in changes or ())
    return f"solve again (sourcing solve {first}{sets} --out {source})"
