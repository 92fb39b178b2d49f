"""What the data do not know and the reader may: scheduled switches that are past."""

import datetime as dt

from sourcing import datasets
from sourcing.scenario.generation import Chain
from sourcing.scenario.numbers import quantities
from sourcing.scenario.regimes import Regime, Switch, regimes
from sourcing.scenario.scenario import Scenario

LAW = ("controls", "licensing")
"""Tables that would tell of a switch; with those that the scenario quotes, the data used."""


def questions(scenario: Scenario) -> tuple[str, ...]:
    """One question per scheduled switch that was known at `as_of`, is past, not answered, and concerns the importer.

    What a chain of regimes decides is not asked. Past means: not later than `as_of` or the first day of the horizon,
    whichever is later.
    """
    today = _today(scenario)
    return tuple(
        _question(scenario, name, regime.switch)
        for name, regime in regimes().items()
        if regime.switch
        and name not in scenario.answered
        and regime.switch.date.last <= today
        and _known(scenario, regime)
        and set(regime.switch.materials) & set(scenario.materials)
        and regime.switch.concerns({site.country for site in scenario.sites.values()})
        and not _decided(scenario, regime.switch)
    )


def answers(scenario: Scenario) -> tuple[str, ...]:
    """What the file says of questions that it marks as answered, in its own words; none known only after `as_of`."""
    found = ((name, regimes()[name], words) for name, words in scenario.answered.items())
    return tuple(
        f"{regime.switch.question} Answered in the file: {words} ({name})"
        for name, regime, words in found
        if regime.switch and _known(scenario, regime) and not _later(scenario, regime.switch)
    )


def _later(scenario: Scenario, switch: Switch) -> bool:
    """Whether the past that the scenario plays in has not come to a switch."""
    return scenario.as_of is not None and switch.date.last > _today(scenario)


def _today(scenario: Scenario) -> dt.date:
    """Up to when a switch is past."""
    today = scenario.horizon.start.first
    return max(today, scenario.as_of.last) if scenario.as_of else today


def _decided(scenario: Scenario, switch: Switch) -> bool:
    """Whether the scenario takes the outcome as open: a decision of its chain of regimes is on that date."""
    chain = scenario.regimes
    return isinstance(chain, Chain) and any(one.date.last == switch.date.last for one in chain.decisions.values())


def _known(scenario: Scenario, regime: Regime) -> bool:
    return scenario.as_of is None or (regime.announced or regime.from_).first <= scenario.as_of.last


def _question(scenario: Scenario, name: str, switch: Switch) -> str:
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
