"""What a question is put to: a scenario file, a mapping, a loaded Scenario, or a plan, which knows its scenario."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sourcing import files
from sourcing.case import Case, resolve
from sourcing.errors import Problem, ScenarioError
from sourcing.files import Document
from sourcing.outcome import Plan, load_plan
from sourcing.outcome.plan_files import is_plan
from sourcing.scenario import Scenario, validate
from sourcing.scenario.probability_groups import scaled_probabilities

Source = str | Path | Mapping[str, Any] | Document | Scenario | Plan
"""A scenario file or the folder of a saved plan, by its path; a mapping; a Scenario or a Plan of this package."""


def document(source: Source, overrides: tuple[str, ...] = ()) -> Document:
    """What a source states, with everything it extends. overrides: as in `--set`.

    Raises ScenarioError when it cannot be read, and for a Scenario or a plan that does not know what it was made of.
    """
    stated = _stated(source)
    for assignment in (overrides,) if isinstance(overrides, str) else overrides:
        stated = scaled_probabilities(stated, files.override(stated, assignment))
    return stated


def _stated(source: Source) -> Document:
    if isinstance(source, Document):
        return source
    if isinstance(source, Scenario):
        if source.document is None:
            raise _unknown("a Scenario that was changed in Python does not know what its file would say")
        return source.document
    if isinstance(source, str | Path) and is_plan(source):
        source = load_plan(source)
    if isinstance(source, Plan):
        if source.document is None:
            raise _unknown("the plan was saved by a version that did not keep its scenario")
        return source.document
    return files.load(source)


def _unknown(cause: str) -> ScenarioError:
    return ScenarioError((Problem(None, "source", cause, "give the scenario file, or the mapping, itself"),))


def load(source: Source, overrides: tuple[str, ...] = ()) -> Scenario:
    """Read and check a scenario: a file, a mapping, what a plan was made of, or a Scenario as it is.

    overrides: as in `--set`. Raises ScenarioError with every problem found, each with file, line, cause and cure.
    """
    return source if isinstance(source, Scenario) and not overrides else validate(document(source, overrides))


def prepare(source: Source, overrides: tuple[str, ...] = ()) -> Case:
    """Every number of a scenario, checked; raises ScenarioError as `load` does."""
    if isinstance(source, Scenario) and not overrides:
        return resolve(source)
    stated = document(source, overrides)
    scenario = validate(stated)
    try:
        return resolve(scenario)
    except ScenarioError as error:
        raise files.placed(error, stated) from None
