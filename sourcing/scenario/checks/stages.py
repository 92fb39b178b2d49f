"""Everything that is wrong in a file at once: types, names, selections, then what parts say of each other.

Each stage checks what the stages before left standing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sourcing.scenario.checks import all_checks
from sourcing.scenario.checks.lookups import Finding
from sourcing.scenario.checks.remainder import SELECTIONS, Path, Remainder, Words, entry
from sourcing.scenario.known_parts import with_known_parts
from sourcing.scenario.language.scenario import Scenario

STANDING_IN: Mapping[str, object] = {"horizon": {"start": "2027-01", "periods": 12}}
"""Of what every scenario has and this one has wrong; nothing is, where it is not here."""

ROUNDS = 30  # what is left out may leave others incomplete, a few times over

GUESSED = 500  # errors beyond which no likely name is sought for an unknown one

Explain = Callable[[object, ErrorDetails, bool], tuple[Finding, bool]]
"""What to say of an error of a type, in a value, with a guess of what was meant or without; whether it is of the form
that was meant where there are several."""


@dataclass(frozen=True)
class ScenarioReading:
    """What a value says: the scenario of what can be read, what was left for it, and what was wrong on the way."""

    scenario: Scenario | None
    rest: Remainder
    findings: tuple[Finding, ...]


def read(rest: Remainder, explain: Explain) -> ScenarioReading:
    """The scenario of what is right; None where nothing can be read."""
    findings: tuple[Finding, ...] | None = None
    for _ in range(ROUNDS):
        try:
            scenario = Scenario.model_validate(with_known_parts(rest.value))
            return ScenarioReading(scenario, rest, findings or ())
        except ValidationError as error:
            details = error.errors(include_url=False)
            told = [explain(rest.value, detail, number < GUESSED) for number, detail in enumerate(details)]
            meant = tuple(finding for finding, is_meant in told if is_meant)
            findings = (meant or tuple(finding for finding, _ in told)) if findings is None else findings
            lacking = {str(detail["loc"][0]) for detail in details if len(detail["loc"]) == 1}
            paths = {finding[0] for finding, _ in told if finding[0]}
            left = rest.without(paths).doubting(paths)
            filled = {key: STANDING_IN.get(key, {}) for key in lacking & _needed() if key not in left.value}
            if not paths and not filled:
                break
            rest = Remainder({**left.value, **filled}, left.out | {(key,) for key in filled})
    return ScenarioReading(None, rest, findings or ())


def _needed() -> set[str]:
    return {name for name, field in Scenario.model_fields.items() if field.is_required()}


def find(rest: Remainder, explain: Explain, known: Words, meant: Callable[[Scenario], Scenario]) -> ScenarioReading:
    """Every finding of every stage; the scenario is complete where there are none. known: all words of the file.
    meant: the scenario with its numbers as they are meant, of which they must make sense."""
    reading = _picked(_named(read(rest, explain), explain), explain, known)
    if reading.scenario is None:
        return reading
    scenario = meant(reading.scenario)
    findings, rest = list(reading.findings), reading.rest
    for stage in (all_checks.numbered(), all_checks.between()):
        told = [(finding, check) for check in stage for finding in check.find(scenario)]
        findings += [finding for finding, check in told if _stands(rest, check, finding, known)]
        rest = rest.doubting(finding[0] for finding, _ in told)
    return ScenarioReading(scenario, rest, tuple(findings))


def _stands(rest: Remainder, check: all_checks.ScenarioCheck, finding: Finding, known: Words) -> bool:
    """Whether a finding is true whatever the parts that are out will say once they are mended."""
    if len(finding[0]) > 2 and finding[0][-2] in SELECTIONS:
        return rest.vouches_for_pick(finding, all_checks.PICKED, known)
    return rest.vouches(finding, check.entries, check.numbers)


def _named(reading: ScenarioReading, explain: Explain) -> ScenarioReading:
    """The reading without what mentions names that do not exist: told, unless the name may be in what is out
    already."""
    for _ in range(ROUNDS):
        mentions = all_checks.unknown(reading.scenario) if reading.scenario else []
        if not mentions:
            return reading
        told = (mention.finding(guess=number < GUESSED) for number, mention in enumerate(mentions))
        named = [
            finding
            for mention, finding in zip(mentions, told, strict=True)
            if not reading.rest.lacks(mention.subject, mention.name) and reading.rest.vouches(finding)
        ]
        reading = _less(reading, named, (mention.path for mention in mentions), explain)
    return replace(reading, scenario=None)


def _picked(reading: ScenarioReading, explain: Explain, known: Words) -> ScenarioReading:
    """The reading without selections that pick nothing, so that every other check may pick."""
    for _ in range(ROUNDS):
        told = list(all_checks.selections(reading.scenario)) if reading.scenario else []
        if not told:
            return reading
        picked = [finding for finding in told if reading.rest.vouches_for_pick(finding, all_checks.PICKED, known)]
        reading = _less(reading, picked, (path for path, _, _ in told), explain)
    return replace(reading, scenario=None)


def _less(
    reading: ScenarioReading, findings: Iterable[Finding], paths: Iterable[Path], explain: Explain
) -> ScenarioReading:
    again = read(reading.rest.without(map(entry, paths)), explain)
    return ScenarioReading(again.scenario, again.rest, (*reading.findings, *findings))
