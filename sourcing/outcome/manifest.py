"""What a plan was made of and how, as it stands in the manifest of a saved plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sourcing.solver.numerical_quality import Coefficients, Residuals


@dataclass(frozen=True)
class Audit:
    """What was worked out again from the tables: how many numbers, and the largest relative difference."""

    checked: int
    worst: float


@dataclass(frozen=True)
class FileRead:
    """A file that the plan was made of: as messages name it, and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a plan was made of: hash of the scenario, versions of every package, of Python and of HiGHS, options, how
    long the solve took, which strategy it ran and why, and the audit of it.

    files: scenario, parents, tables and the data package. overrides: as in `--set`. seeds: of sampling, None where
    nothing was drawn, and of the solver. coefficients, residuals: of the program, None where they are not known.
    edited: what was changed since the plan was solved. derived: whether it was solved again because the plan reached a
    bound that was only worked out for the solver, in words, or blank. worst_outcomes: measure of the table `risk` by
    which the worst outcomes count; blank where an earlier version saved the plan.
    """

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
    files: tuple[FileRead, ...] = ()
    overrides: tuple[str, ...] = ()
    sampling_seed: int | None = None
    solver_seed: int = 0
    coefficients: Coefficients | None = None
    residuals: Residuals | None = None
    edited: tuple[str, ...] = ()
    derived: str = ""
    worst_outcomes: str = ""


def made_of(made: Mapping[str, Any], edited: tuple[str, ...]) -> Manifest:
    """The manifest from its plain values; what earlier versions did not write is not known. edited: what is not as it
    was saved."""
    spans = {name: tuple(span) for name, span in made.get("coefficients", {}).items()}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in made.items()}
    parts: dict[str, Any] = {
        "audit": Audit(**made["audit"]),
        "files": tuple(FileRead(**file) for file in made.get("files", ())),
        "coefficients": Coefficients(**spans) if spans else None,
        "residuals": Residuals(**made["residuals"]) if made.get("residuals") else None,
        "edited": tuple(dict.fromkeys((*made.get("edited", ()), *edited))),
    }
    return Manifest(**{**values, **parts})
