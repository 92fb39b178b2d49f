"""The plan: the answer as tables, with its status, and how it is kept on disk."""

import html
import importlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sourcing.errors import Problem, ScenarioError
from sourcing.figures import ENGLISH, show
from sourcing.files.document import Document
from sourcing.files.saved_document import from_json, to_json
from sourcing.outcome import plan_folder
from sourcing.outcome.manifest import Manifest, made_of
from sourcing.outcome.plan_files import digest
from sourcing.outcome.tables import TABLES
from sourcing.outcome.text_escaping import csv_of, unescaped_table


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """The answer to a scenario.

    status: optimal (proven within the gap) or feasible (the best found when time ran out or it was interrupted, see
    `reason`). cost: the objective [currency], what it is stands in `minimised`; bound: proven lower bound of it; gap:
    relative distance of the two. questions (what the data do not know, to be answered first), advice, unkept,
    assumptions: sentences. Tables: one frame each, columns in models/glossary.yaml. document: what the scenario said,
    None where it is not known. marks: what each table was when the plan was made.
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
    comparisons: pd.DataFrame
    inputs: pd.DataFrame
    document: Document | None = None
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Every table with the types of its columns, empty or not, solved or loaded, and what it then is."""
        for table in TABLES:
            object.__setattr__(self, table.name, table.typed(getattr(self, table.name)))
        if not self.marks:
            object.__setattr__(self, "marks", tuple(_mark(frame) for _, frame in self.tables()))

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {len(frame)}" for name, frame in self.tables())
        cost = f"cost {self.cost:.6g} {self.currency} (bound {self.bound:.6g})"
        return f"<Plan {self.title!r}: {self.status}, {cost}; rows: {rows}>"

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Every table with its name, in order of reading."""
        return ((table.name, getattr(self, table.name)) for table in TABLES)

    def summary(self) -> dict[str, Any]:
        """Everything but the tables, as plain values."""
        plain = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.__dict__.items()
            if name not in (*(table.name for table in TABLES), "manifest", "document", "marks")
        }
        return plain | {"manifest": asdict(self.manifest)}

    @property
    def unproven(self) -> frozenset[str]:
        """Contracts, and offers to qualify, of which neither choice is proven better than the other."""
        within = float(self.manifest.options.get("gap", 0.0)) * abs(self.cost)
        pairs = ((self.contracts, "contract"), (self.qualifications, "offer"))
        return frozenset(name for frame, key in pairs for name in frame[key][frame["more_otherwise"] <= within])

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
        beside = self.baseline.to_html(index=False, escape=True, float_format=ENGLISH.digits, border=0)
        return f"<h3>{html.escape(self.title)}</h3><p>{html.escape(status)}</p><ul>{lines}</ul>{beside}"

    def save(self, folder: str | Path, *, accept_edited: bool = False) -> Path:
        """Write the tables as CSV and the rest as a manifest, all or nothing; a plan there before is replaced.

        Raises ScenarioError when the folder holds something that is not a plan, or cannot be written, and where tables
        were changed after the plan was made, unless `accept_edited`: then the manifest says so.
        """
        plan, changed = self, self.changed()
        if changed and not accept_edited:
            cause = "was changed after the plan was made, so that nothing proves it"
            cure = "solve again, or save it with accept_edited=True, which its manifest then says"
            raise ScenarioError(tuple(Problem(None, name, cause, cure) for name in changed))
        if changed:
            edited = (*self.manifest.edited, *changed)
            plan = replace(self, manifest=replace(self.manifest, edited=tuple(dict.fromkeys(edited))))
        tables = {name: _csv(frame) for name, frame in plan.tables()}
        document = to_json(plan.document) if plan.document else None
        return plan_folder.write(folder, _finite(plan.summary()), tables, document)

    def report(self, out: str | Path, **options: Any) -> Path:
        """Write the report of this plan, as `sourcing.report`: its ending says whether HTML, a workbook, Markdown or
        PDF.

        options: as of `sourcing.report`. Returns the path. Raises as `sourcing.report` does.
        """
        package = importlib.import_module("sourcing")  # what writes reports knows plans, and a plan none of it
        return Path(package.report(self, out, **options))

    def changed(self) -> tuple[str, ...]:
        """Tables that are no longer what they were when the plan was made."""
        return tuple(
            name for (name, frame), mark in zip(self.tables(), self.marks, strict=True) if _mark(frame) != mark
        )


def _mark(frame: pd.DataFrame) -> str:
    """What tells a table from one in which anything is different, within this process."""
    cells = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    return digest(cells + repr((list(frame.columns), list(frame.dtypes))).encode())


def _csv(frame: pd.DataFrame) -> bytes:
    return csv_of(frame).encode()


def _finite(value: Any) -> Any:
    """JSON has no infinity."""
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def load_plan(folder: str | Path, *, accept_edited: bool = False) -> Plan:
    """Read a plan back. Raises ScenarioError when the folder holds none, or what is there is not what was saved, unless
    `accept_edited`: then the plan says first of its assumptions what was edited."""
    saved = plan_folder.read(folder, accept_edited)
    try:
        summary = dict(saved.summary)
        unknown = {table.name for table in TABLES if table.since} - set(saved.tables)  # to plans of earlier formats
        frames: dict[str, Any] = {
            table.name: pd.DataFrame() if table.name in unknown else _read(saved.tables[table.name]) for table in TABLES
        }
        manifest = made_of(summary.pop("manifest"), saved.edited)
        plain: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in summary.items()
        }
        document = from_json(saved.document) if saved.document is not None else None
        plan = Plan(**plain, manifest=manifest, document=document, **frames)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise plan_folder.no_plan(folder, error) from None
    return replace(plan, assumptions=(*edited_since(plan), *plan.assumptions)) if saved.edited else plan


def edited_since(plan: Plan) -> tuple[str, ...]:
    """A sentence that names what was edited since the plan was solved; empty where nothing was."""
    edited = plan.manifest.edited
    return (f"Edited since the plan was solved, so that nothing proves it: {', '.join(edited)}.",) if edited else ()


def _read(data: bytes) -> pd.DataFrame:
    """A table with all its cells as text."""
    return unescaped_table(pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", dtype=str, keep_default_na=False))
