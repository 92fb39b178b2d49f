"""What the data do not know and the reader may: scheduled switches that are past."""

from sourcing.facts import datasets
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.numbers import quantities
from sourcing.scenario.regime_library import ScheduledSwitch, regimes
from sourcing.scenario.switches import concerns, is_decided, is_known, is_later, today

LAW = ("controls", "licensing")
"""Tables that would tell of a switch; with those that the scenario quotes, the data used."""


def questions(scenario: Scenario) -> tuple[str, ...]:
    """One question per scheduled switch that was known at `as_of`, is past, not answered, and concerns the importer.

    What a chain of regimes decides is not asked. Past means: not later than `as_of` or the first day of the horizon,
    whichever is later.
    """
    day = today(scenario)
    return tuple(
        _question(scenario, name, regime.switch)
        for name, regime in regimes().items()
        if regime.switch
        and name not in scenario.answered
        and regime.switch.date.last <= day
        and is_known(scenario, regime)
        and concerns(scenario, regime.switch)
        and not is_decided(scenario, regime.switch)
    )


def answers(scenario: Scenario) -> tuple[str, ...]:
    """What the file says of questions that it marks as answered, in its own words; none known only after `as_of`."""
    answered = ((name, regimes()[name], words) for name, words in scenario.answered.items())
    return tuple(
        f"{regime.switch.question} Answered in the file: {words} ({name})"
        for name, regime, words in answered
        if regime.switch and is_known(scenario, regime) and not is_later(scenario, regime.switch)
    )


def _question(scenario: Scenario, name: str, switch: ScheduledSwitch) -> str:
    concerned = [scenario.materials[key].title or key for key in scenario.materials if key in switch.materials]
    return (
        f"{switch.question} It was due on {switch.date.text} and concerns {'; '.join(concerned)}. The data do not "
        f"know: {_age(scenario)}. If you know, state it as a restriction and say why under `answered`; if not, state "
        f"both as futures; `sourcing show regime {name}` says what it was."
    )


def _age(scenario: Scenario) -> str:
    """Date and age of the data: the newest row that was read in the tables used, and how long before the plan."""
    quoted = {quantity.row.partition("/")[0] for _, quantity in quantities(scenario) if quantity.row}
    tables = tuple(table for table in datasets.tables() if table in quoted or table in LAW)
    as_of = scenario.as_of or scenario.horizon.start
    reference, date = datasets.newest(tables, as_of.text)
    months = (as_of.last.year - int(date[:4])) * 12 + as_of.last.month - int(date[5:7] or 12)
    age = f"{months} months before {as_of.text}" if months else f"of the month of {as_of.text}"
    return f"the newest row that was read is of {date} ({reference}), {age}"
