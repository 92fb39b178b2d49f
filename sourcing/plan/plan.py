"""The plan: the answer as tables, with its status, and how it is kept on disk."""

import html
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sourcing.errors import Problem, ScenarioError
from sourcing.plan.cells import csv_of, unescaped_table
from sourcing.units import show

TABLES = (
    "supplier_mix",
    "stockpile",
    "contracts",
    "qualifications",
    "orders",
    "border",
    "arrivals",
    "shortage",
    "costs",
    "risk",
    "prices",
    "futures",
    "baseline",
    "inputs",
)
MANIFEST = "manifest.json"
NUMBERS = (
    "age", "approval", "baseline", "best_cost", "cancelled", "cash", "charge", "cost", "days_of_cover",
    "difference", "exported", "high", "low", "more_otherwise", "outlay", "plan", "price", "probability",
    "purchased", "quantity", "regret", "share", "share_of_need", "spend", "stock", "take_or_pay", "taken", "target",
    "value", "volume", "volume_in_horizon", "waiting", "weight",
)  # fmt: skip
"""Columns of numbers, with those that begin with `unmet: `; every other column is text."""


@dataclass(frozen=True)
class Audit:
    """What was worked out again from the tables: how many numbers, and the largest relative difference."""

    checked: int
    worst: float


@dataclass(frozen=True)
class Manifest:
    """What a plan was made of: hash of the inputs, versions, options, how long the solve took, which
    strategy it ran and why, and the audit of it. derived: whether it was solved again because the plan reached a bound
    that was only worked out for the solver, in words, or blank."""

    inputs: str
    versions: dict[str, str]
    options: dict[str, Any]
    seconds: float
    columns: int
    rows: int
    nonzeros: int
    nodes: int
    strategy: str
    why: str
    audit: Audit
    derived: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """The answer to a scenario.

    status: optimal (proven within the gap) or feasible (the best found when time ran out or it was interrupted, see
    `reason`). cost: the objective [currency], what it is stands in `minimised`; bound: proven lower
    bound of it; gap: relative distance of the two. questions (what the data do not know, to be answered
    first), advice, unkept, assumptions: sentences. Tables: one frame each,
    columns in models/glossary.yaml.
    """

    title: str
    currency: str
    minimised: str
    status: str
    reason: str
    cost: float
    bound: float
    gap: float
    questions: tuple[str, ...]
    advice: tuple[str, ...]
    unkept: tuple[str, ...]
    assumptions: tuple[str, ...]
    manifest: Manifest
    supplier_mix: pd.DataFrame
    stockpile: pd.DataFrame
    contracts: pd.DataFrame
    qualifications: pd.DataFrame
    orders: pd.DataFrame
    border: pd.DataFrame
    arrivals: pd.DataFrame
    shortage: pd.DataFrame
    costs: pd.DataFrame
    risk: pd.DataFrame
    prices: pd.DataFrame
    futures: pd.DataFrame
    baseline: pd.DataFrame
    inputs: pd.DataFrame

    def __post_init__(self) -> None:
        """Every table with the types of its columns, empty or not, solved or loaded."""
        for name in TABLES:
            object.__setattr__(self, name, _typed(getattr(self, name)))

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {len(frame)}" for name, frame in self.tables())
        cost = f"cost {self.cost:.6g} {self.currency} (bound {self.bound:.6g})"
        return f"<Plan {self.title!r}: {self.status}, {cost}; rows: {rows}>"

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Every table with its name, in order of reading."""
        return ((name, getattr(self, name)) for name in TABLES)

    def summary(self) -> dict[str, Any]:
        """Everything but the tables, as plain values."""
        plain = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.__dict__.items()
            if name not in (*TABLES, "manifest")
        }
        return plain | {"manifest": asdict(self.manifest)}

    def to_json(self) -> str:
        """One JSON object: summary and every table as a list of records. Infinite and missing numbers are null.

        Equal inputs give equal text: how long it took is in the manifest of a saved plan alone.
        """
        records = {
            name: json.loads(frame.to_json(orient="records", double_precision=12)) for name, frame in self.tables()
        }
        summary = self.summary()
        del summary["manifest"]["seconds"]
        return json.dumps(_finite(summary) | records, ensure_ascii=False, indent=1, allow_nan=False)

    def _repr_html_(self) -> str:
        """What a notebook shows: title, status, cost, what to do, and the plan beside what is done today."""
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in self.advice)
        status = f"{self.status}, cost {show(self.cost, self.currency)}, bound {show(self.bound, self.currency)}"
        beside = self.baseline.to_html(index=False, escape=True, float_format="{:,.4g}".format, border=0)
        return f"<h3>{html.escape(self.title)}</h3><p>{html.escape(status)}</p><ul>{lines}</ul>{beside}"

    def save(self, folder: str | Path) -> Path:
        """Write the tables as CSV and the rest as a manifest, all or nothing; a plan there before is replaced.

        Raises ScenarioError when the folder holds something that is not a plan, or cannot be written.
        """
        check_target(folder)
        target = Path(folder)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
                made = Path(scratch) / "plan"
                made.mkdir()
                self._write(made)
                _replace(made, target, Path(scratch) / "old")
        except OSError as error:
            raise unwritable(folder, error.strerror) from None
        return target

    def _write(self, folder: Path) -> None:
        for name, frame in self.tables():
            (folder / f"{name}.csv").write_text(csv_of(frame), encoding="utf-8", newline="\n")
        text = json.dumps(_finite(self.summary()), ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def check_target(folder: str | Path) -> None:
    """Raises ScenarioError when a plan could not be saved in a folder: better before a long solve than after it."""
    target = Path(folder)
    try:
        if target.exists() and not (target.is_dir() and _replaceable(target)):
            problem = Problem(None, str(folder), "is there and is not a plan", "name a new folder, or an empty one")
            raise ScenarioError((problem,))
        above = next(parent for parent in target.absolute().parents if parent.exists())
    except OSError as error:
        raise unwritable(folder, error.strerror) from None
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise unwritable(folder, "no folder that may be written" if above.is_dir() else f"{above.name} is a file")


def unwritable(folder: str | Path, why: str | None) -> ScenarioError:
    return ScenarioError((Problem(None, str(folder), f"cannot be written ({why})", "name a folder you may write"),))


def _replaceable(folder: Path) -> bool:
    """Whether a folder is empty, or holds a plan and nothing that a plan does not write."""
    names = {entry.name for entry in folder.iterdir()}
    return not names or (MANIFEST in names and names <= {MANIFEST, *(f"{table}.csv" for table in TABLES)})


def _replace(made: Path, target: Path, old: Path) -> None:
    """Put a finished folder in place; where that fails, what was there before stands again."""
    if not target.exists():
        made.replace(target)
        return
    target.replace(old)
    try:
        made.replace(target)
    except OSError:
        old.replace(target)
        raise


def _finite(value: Any) -> Any:
    """JSON has no infinity."""
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def load_plan(folder: str | Path) -> Plan:
    """Read a plan back. Raises ScenarioError when the folder holds none."""
    source = Path(folder)
    try:
        summary = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        frames: dict[str, Any] = {name: _read(source / f"{name}.csv") for name in TABLES}
        made = summary.pop("manifest")
        manifest = Manifest(**made | {"audit": Audit(**made["audit"])})
        plain: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in summary.items()
        }
        return Plan(**plain, manifest=manifest, **frames)
    except (OSError, ValueError, TypeError, KeyError) as error:
        cause = f"holds no plan that can be read ({type(error).__name__})"
        raise ScenarioError((Problem(None, str(folder), cause, "name a folder written by --out or save"),)) from None


def _read(path: Path) -> pd.DataFrame:
    """A table with all its cells as text."""
    return unescaped_table(pd.read_csv(path, encoding="utf-8", dtype=str, keep_default_na=False))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as float, equal to the last digit; text stays text whatever it looks like."""
    numbers = [name for name in frame.columns if name in NUMBERS or name.startswith("unmet: ")]
    floats = {name: frame[name].replace("", "nan").astype(float) for name in numbers}
    texts = {name: frame[name].astype(str) for name in frame.columns if name not in floats}
    return frame.assign(**floats, **texts).reset_index(drop=True)
