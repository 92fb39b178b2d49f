"""Finished points of a sweep in a folder, so that one that was stopped goes on where it ended."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sourcing.analyses.ranges import Range
from sourcing.analyses.readings import Reading
from sourcing.documents import Document
from sourcing.plan.store import unwritable

Point = tuple[float, ...]


@dataclass(frozen=True)
class Kept:
    """Finished points in a folder, each a file that is written whole or not at all. folder None: nothing is kept."""

    folder: Path | None

    @staticmethod
    def at(out: str | Path | None, base: Document, varied: Sequence[Range], gap: float) -> "Kept":
        """The points of this question in a folder; another question has other points there."""
        if out is None:
            return Kept(None)
        said = repr((base.value, [(one.path, one.unit) for one in varied], gap))
        folder = Path(out) / "points" / hashlib.sha256(said.encode()).hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(out, error.strerror) from None
        return Kept(folder)

    def read(self, point: Point) -> Reading | None:
        """A finished point."""
        if self.folder is None or not (file := self.folder / _name(point)).exists():
            return None
        found = json.loads(file.read_text(encoding="utf-8"))
        return Reading(found["totals"], *(tuple(found[name]) for name in ("decisions", "mix", "stock")))

    def write(self, point: Point, reading: Reading) -> None:
        """Keep a point."""
        if self.folder is not None:
            made = self.folder / f".{_name(point)}"
            made.write_text(json.dumps(asdict(reading), ensure_ascii=False), encoding="utf-8")
            made.replace(self.folder / _name(point))


def _name(point: Point) -> str:
    return "_".join(f"{value:.12g}" for value in point) + ".json"
