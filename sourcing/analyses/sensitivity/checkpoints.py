"""Finished points of a sweep in a folder, so that one that was stopped goes on where it ended, whatever stopped it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from sourcing import durable
from sourcing.analyses.case_records import CaseRecords
from sourcing.analyses.sensitivity.varied_ranges import VariedRange
from sourcing.files import Document
from sourcing.outcome.plan_files import digest
from sourcing.outcome.plan_folder import unwritable
from sourcing.outcome.versions import versions
from sourcing.solver.highs import Options

Point = tuple[float, ...]
FORMAT = 1


@dataclass(frozen=True)
class Checkpoints:
    """Finished points in a folder, each a file that is on disk whole or not at all. folder None: nothing is kept."""

    folder: Path | None

    @staticmethod
    def at(out: str | Path | None, base: Document, varied: Sequence[VariedRange], options: Options) -> "Checkpoints":
        """The points of this question in a folder; another question, or another solver, has other points there."""
        if out is None:
            return Checkpoints(None)
        versions_used = {name: number for name, number in versions().items() if name in ("sourcing", "HiGHS")}
        question = repr(
            (base.value, [(one.path, one.unit) for one in varied], options.gap, options.time_limit, versions_used)
        )
        folder = Path(out) / "points" / hashlib.sha256(question.encode()).hexdigest()[:16]
        try:
            durable.make(folder)
            durable.clean(folder)
        except OSError as error:
            raise unwritable(out, error.strerror) from None
        return Checkpoints(folder)

    def in_sight(self) -> "Checkpoints":
        """These points where this machine sees their folder, else none: whoever asked a worker elsewhere keeps them."""
        return self if self.folder is not None and self.folder.is_dir() else Checkpoints(None)

    def has(self, point: Point) -> bool:
        """Whether there is a file for a point, readable or not."""
        return self.folder is not None and (self.folder / _name(point)).exists()

    def read(self, point: Point) -> CaseRecords | None:
        """A finished point; None where there is none, or none that is as it was written."""
        if self.folder is None:
            return None
        try:
            saved = json.loads((self.folder / _name(point)).read_bytes())
            if (saved["format"], saved["sha256"]) != (FORMAT, _hash(saved["point"])):
                return None
            totals, *tables = (saved["point"][field.name] for field in fields(CaseRecords))
            return CaseRecords(totals, *map(tuple, tables))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, point: Point, record: CaseRecords) -> None:
        """Keep a point. Raises ScenarioError where it cannot be written."""
        if self.folder is None:
            return
        plain = asdict(record)
        text = json.dumps({"format": FORMAT, "sha256": _hash(plain), "point": plain}, ensure_ascii=False)
        try:
            durable.write(self.folder / _name(point), text.encode())
        except OSError as error:
            raise unwritable(self.folder, error.strerror) from None


def _hash(point: dict[str, Any]) -> str:
    return digest(json.dumps(point, sort_keys=True).encode())


def _name(point: Point) -> str:
    return "_".join(f"{value:.12g}" for value in point) + ".json"
