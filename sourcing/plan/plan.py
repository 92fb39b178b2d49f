"""The plan: the answer as tables, with its status, and how it is kept on disk."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sourcing.errors import Problem, ScenarioError

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
)
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a plan was made of: hash of the inputs, versions, options, and how the solve ended."""

    inputs: str
    versions: dict[str, str]
    options: dict[str, Any]
    seconds: float
    columns: int
    rows: int
    nonzeros: int
    nodes: int


@dataclass(frozen=True)
class Plan:
    """The answer to a scenario.

    status: optimal (proven within the gap) or feasible (the best found when time ran out or it was interrupted, see
    `reason`). cost: the objective, expected cost or its mix with the worst outcomes [currency]; bound: proven lower
    bound of it; gap: relative distance of the two. advice, unkept, assumptions: sentences. Tables: one frame each,
    columns in models/glossary.yaml.
    """

    title: str
    currency: str
    status: str
    reason: str
    cost: float
    bound: float
    gap: float
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
        """One JSON object: summary and every table as a list of records. Infinite and missing numbers are null."""
        records = {
            name: json.loads(frame.to_json(orient="records", double_precision=12)) for name, frame in self.tables()
        }
        return json.dumps(_finite(self.summary()) | records, ensure_ascii=False, indent=1)

    def save(self, folder: str | Path) -> Path:
        """Write the tables as CSV and the rest as a manifest, all or nothing; a plan there before is replaced.

        Raises ScenarioError when the folder holds something that is not a plan, or cannot be written.
        """
        target = Path(folder)
        if target.exists() and not (target.is_dir() and (_is_plan(target) or not any(target.iterdir()))):
            problem = Problem(None, str(folder), "is there and is not a plan", "name a new folder, or an empty one")
            raise ScenarioError((problem,))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
            self._write(made)
            _replace(made, target)
        except OSError as error:
            cause = f"cannot be written ({error.strerror})"
            raise ScenarioError((Problem(None, str(folder), cause, "name a folder you may write"),)) from None
        return target

    def _write(self, folder: Path) -> None:
        for name, frame in self.tables():
            frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
        text = json.dumps(_finite(self.summary()), ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _is_plan(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _replace(made: Path, target: Path) -> None:
    """Put a finished folder in place; what was there goes only once the new one stands."""
    made.chmod(0o755)
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
        os.replace(target, old / target.name)
        os.replace(made, target)
        shutil.rmtree(old)
    else:
        os.replace(made, target)


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
        frames = {name: _read(source / f"{name}.csv") for name in TABLES}
        manifest = Manifest(**summary.pop("manifest"))
        plain = {key: tuple(value) if isinstance(value, list) else value for key, value in summary.items()}
        return Plan(**plain, manifest=manifest, **frames)
    except (OSError, ValueError, TypeError, KeyError) as error:
        cause = f"holds no plan that can be read ({type(error).__name__})"
        raise ScenarioError((Problem(None, str(folder), cause, "name a folder written by --out or save"),)) from None


def _read(path: Path) -> pd.DataFrame:
    texts = dict.fromkeys(("period", "from", "until", "start", "usable_from", "futures", "future", "site"), str)
    return pd.read_csv(path, encoding="utf-8", keep_default_na=False, na_values={"price": [""]}, dtype=texts)
