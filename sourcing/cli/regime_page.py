"""One regime as `sourcing show regime NAME` prints it."""

from collections.abc import Iterator
from typing import Any

from sourcing.errors import DataError
from sourcing.facts import datasets
from sourcing.scenario.regime_library import regime, written


def lines(name: str) -> Iterator[str]:
    """Title, dates, source and rows of a regime, its restrictions, the switch that it leaves open.

    Raises ScenarioError with near names when there is none.
    """
    shown = regime(name)
    yield f"{name}: {shown.title}"
    yield f"  place: {written().place((name,))}"
    yield f"  basis: {shown.basis}"
    yield f"  dates: {shown.dates}" + (f", announced {shown.announced.text}" if shown.announced else "")
    yield f"  source: {shown.source}; as of {shown.as_of.text}, {shown.confidence}"
    yield f"  row: {_row(shown.row)}"
    for part, restriction in shown.restrictions.items():
        yield f"  restriction {part}:"
        yield from (f"    {key}: {_shown(value)}" for key, value in restriction.items())
    if shown.switch:
        yield f"  open since {shown.switch.date.text}: {shown.switch.question}"
        yield f"    row: {_row(shown.switch.row)}"
        yield f"    once you know: say what holds as a restriction, and answered: {{{name}: your answer, its source}}"
    if shown.note:
        yield f"  note: {' '.join(shown.note.split())}"


def _shown(value: Any) -> str:
    """A quantity with its range and the row or assumption behind it; a selection; anything else as written."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if not isinstance(value, dict):
        return str(value)
    if "value" not in value:
        return "; ".join(f"{key} {_shown(part)}" for key, part in value.items())
    ends = [f"{end} {value[end]}" for end in ("low", "high") if end in value]
    why = _row(value["row"]) if "row" in value else f"assumption: {value.get('assumption')}"
    return f"{value['value']}" + (f" ({', '.join(ends)})" if ends else "") + f"  [{why}]"


def _row(reference: str) -> str:
    """A row with its source, date and confidence."""
    try:
        row = datasets.row(reference.partition(".")[0])
    except DataError as error:
        return f"{reference}: {error.problems[0].cause}"
    return f"{reference}: {row['source']}, as of {row['as_of']}, {row['confidence']}"
