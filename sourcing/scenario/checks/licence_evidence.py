"""Checks of licence queues: there is evidence that rates can be had from, and they act alone on what is let through."""

from collections.abc import Iterator

from sourcing.errors import DataError
from sourcing.facts import datasets
from sourcing.scenario.checks.lookups import Finding, ordered
from sourcing.scenario.checks.possible_futures import happenings
from sourcing.scenario.language.licences import LicencesSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import near
from sourcing.units import days

NONE_GRANTED = ("none was granted, so nothing says how often any is", "state the share let through: approval: 0")


def licences(scenario: Scenario) -> Iterator[Finding]:
    """Queues are known, say one thing that rates can be had from, and act alone on what they let through."""
    for path, part, _ in happenings(scenario):
        if part and part.licences:
            if part.licences not in scenario.licences:
                cause = f"there are no licences '{part.licences}'"
                yield (*path, "licences"), cause, near(part.licences, scenario.licences)
            for other in ("approval", "delay"):
                if getattr(part, other) is not None:
                    cause = f"licences say when and whether something is let through, and so does {other}"
                    yield (*path, other), cause, "leave one out, or make two restrictions of it"
    for name, queue in scenario.licences.items():
        valid, renewed = days(queue.valid.measure), days(queue.renewed.measure)
        if valid < 1:
            yield (
                ("licences", name, "valid"),
                "a licence that holds for less than a day lets nothing out",
                "give a time",
            )
        elif renewed >= valid:
            cause = "it is filed again before it is granted: renewed is not shorter than valid"
            yield ("licences", name, "renewed"), cause, "give a shorter time"
        ways = [way for way in ("row", "counts", "applications") if getattr(queue, way)]
        if len(ways) != 1:
            yield (
                ("licences", name),
                f"{' and '.join(ways) or 'nothing'} says what became of applications",
                ("give one of row: licensing/<id>, counts, applications"),
            )
            continue
        yield from _evidence(("licences", name, ways[0]), queue)


def _evidence(path: tuple[str, ...], queue: LicencesSpec) -> Iterator[Finding]:
    """There is a row, dates are in order, and something was granted."""
    if queue.counts:
        yield from ordered(path, queue.counts.from_, queue.counts.until)
        if queue.counts.granted == 0:
            yield (*path, "granted"), *NONE_GRANTED
    for name, one in queue.applications.items():
        if (one.decided is None) != (one.outcome == "pending"):
            yield (*path, name), "what is decided has a day and an outcome, what is pending neither", "mend one of them"
        elif one.decided and one.decided.last < one.filed.first:
            yield (*path, name, "decided"), "it is decided before it is filed", "mend one of the dates"
    if queue.applications and all(one.outcome != "granted" for one in queue.applications.values()):
        yield path, *NONE_GRANTED
    if queue.row:
        try:
            row = datasets.row(queue.row)
        except DataError as error:
            yield path, error.problems[0].cause, error.problems[0].cure
            return
        if "granted" not in row or not (row["granted"] > 0 and row["pending"] >= 0):
            frame = datasets.read("licensing")
            usable = frame[(frame["granted"] > 0) & (frame["pending"] >= 0)]["id"]
            cause = f"{queue.row} does not say how many were granted and how many are pending"
            yield path, cause, f"take one of {', '.join(f'licensing/{row}' for row in usable)}, or state counts"
