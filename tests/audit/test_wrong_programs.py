"""A program that is wrong gives a plan that does not add up, whatever number in it is wrong."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from sourcing.case import Case
from sourcing.errors import SolveError
from sourcing.futures import effects as futures
from sourcing.futures.tree import Tree
from sourcing.model.node_data import assembly
from sourcing.pipeline import plan_scenario, source
from tests.building import small
from tests.checkout import EVERYTHING

solve = partial(plan_scenario.solve, quick=True)  # the audit is of the plan, not of other cases


def each(part: str, of: Callable[[Any], dict[str, Any]]) -> Callable[[Case], Case]:
    """A case in which every offer, lane, position ... differs."""
    return lambda case: replace(case, **{part: tuple(replace(entry, **of(entry)) for entry in getattr(case, part))})


def times(field: str, factor: float) -> Callable[[Any], dict[str, Any]]:
    return lambda entry: {field: getattr(entry, field) * factor}


def measures(**change: Any) -> Callable[[Case], Case]:
    """A case in which the measures of all futures differ where they state a number."""

    def changed(measure: Any) -> Any:
        stated = {key: value for key, value in change.items() if getattr(measure, key) == getattr(measure, key)}
        return replace(measure, **stated)

    return each("futures", lambda future: {"restrictions": tuple(map(changed, future.restrictions))})


def steps(demand: Any) -> dict[str, Any]:
    return {"steps": tuple(replace(step, cost=step.cost * 1.01) for step in demand.steps)}


def outlays(contract: Any) -> dict[str, Any]:
    return {"signing": replace(contract.signing, amount=contract.signing.amount * 1.01)}


def lives(offer: Any) -> dict[str, Any]:
    part = offer.qualification
    return {} if part is None else {"qualification": replace(part, outlay=replace(part.outlay, life=9.0))}


def covers(position: Any) -> dict[str, Any]:
    part = position.cover
    return {} if part is None else {"cover": replace(part, days=part.days * 0.9)}


def a_month_earlier(future: Any) -> dict[str, Any]:
    shifted = (replace(part, cover=np.append(part.cover[1:], part.cover[-1])) for part in future.restrictions)
    return {"restrictions": tuple(shifted)}


WRONG_CASE: dict[str, Callable[[Case], Case]] = {
    "a price off by 1 %": each("offers", times("price", 1.01)),
    "a price break off by 1 %": each(
        "offers", lambda offer: {"tiers": offer.tiers and replace(offer.tiers, price=offer.tiers.price * 0.99)}
    ),
    "a need off by 1 %": each("demands", times("need", 1.01)),
    "a need in two units": each(
        "demands", lambda one: {"proportions": tuple((name, ratio * 1.01) for name, ratio in one.proportions)}
    ),
    "a shortage off by 1 %": each("demands", steps),
    "more is sold": each("offers", times("spot_share", 1.2)),
    "more is there": lambda case: replace(
        each("offers", lambda offer: {**times("available", 2)(offer), **times("spot", 2)(offer)})(case), rules={}
    ),
    "a larger furnace": lambda case: replace(case, shared={name: path * 2 for name, path in case.shared.items()}),
    "a larger normal take": each("offers", times("licensable", 2)),
    "approval doubled": measures(approval=1.0),
    "a delay of one period less": measures(delay=0),
    "a ban a month early": each("futures", a_month_earlier),
    "nothing is seized": measures(seizes=False),
    "nothing through links": measures(links=False),
    "no targets": measures(targets=None),
    "nothing happens elsewhere": measures(price_elsewhere=1.0),
    "no shortage of free goods elsewhere": measures(capacity_elsewhere=1.0),
    "no changes": each("futures", lambda future: {"changes": ()}),
    "equal odds": each("futures", lambda future: {"probability": 1 / 6}),
    "faster making": each("offers", lambda offer: {"to_border": 0}),
    "faster ships": each("lanes", lambda lane: {"transit": 0}),
    "nothing is lost": each("offers", lambda offer: {"yield_": 1.0}),
    "freight off by 1 %": each("lanes", lambda one: times("freight", 1.01)(one) | times("freight_share", 1.01)(one)),
    "duty off by 1 %": each("lanes", times("duty", 1.01)),
    "an order cost off by 1 %": each("offers", times("order_cost", 1.01)),
    "a contract's price off by 1 %": each(
        "contracts", lambda one: {"fixed": None if one.fixed is None else one.fixed * 1.01, "times": one.times * 1.01}
    ),
    "a contract's volume": each("contracts", lambda one: times("at_least", 1.01)(one) | times("at_most", 1.01)(one)),
    "a contract's term": each("contracts", lambda one: {"scale": one.scale[0] * np.ones(7), "year": one.year * 0}),
    "a softer floor": each("contracts", times("take_or_pay", 0.9)),
    "a signing off by 1 %": each("contracts", outlays),
    "a qualification over nine years": each("offers", lives),
    "more at the start": each("positions", times("opening", 1.01)),
    "more on its way": each("open_orders", times("quantity", 1.01)),
    "storage off by 1 %": each("positions", times("holding", 1.01)),
    "fewer days of cover": each("positions", covers),
    "another end value": each("positions", lambda one: {"end_value": 101.0}),
    "fewer days at the end": each("positions", times("end_days", 0.9)),
    "a discount off by 1 %": lambda case: replace(case, discount=case.discount**1.01),
    "another rate of interest": lambda case: replace(case, annual_rate=case.annual_rate * 1.1),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_CASE.values(), ids=WRONG_CASE)
def test_a_wrong_case_is_refused(wrong: Callable[[Case], Case], monkeypatch: pytest.MonkeyPatch) -> None:
    real = source.resolve
    monkeypatch.setattr(source, "resolve", lambda scenario: wrong(real(scenario)))
    with pytest.raises(SolveError, match="the plan does not add up"):
        solve(EVERYTHING)


def wrong_effect(field: str, change: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        def effects(case: Case, future: Any) -> Any:
            found = futures.effects(case, future)
            return replace(found, **{field: change(getattr(found, field))})

        monkeypatch.setattr("sourcing.model.node_data.assembly.effects", effects)

    return patch


def the_first_of_each_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mean that is none."""

    def mean(tree: Tree, values: Any) -> Any:
        out = np.zeros((values.shape[1], tree.nodes))
        for future in reversed(range(values.shape[0])):
            out[:, tree.node_of[future]] = values[future]
        return out

    monkeypatch.setattr(Tree, "mean", mean)


def foresight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every future is known by its name from the second period on."""
    real = futures.signals
    monkeypatch.setattr(
        "sourcing.futures.effects.signals",
        lambda case, future: [(future.name, seen) for seen in real(case, future)],
    )


def ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The days of cover are counted from the beginning of a period."""
    real = assembly.need_ahead
    monkeypatch.setattr(assembly, "need_ahead", lambda case, need, days: real(case, np.roll(need, 1, axis=1), days))


def years(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account of a contract is never closed."""
    real = assembly.contract_years

    def changed(*given: Any) -> Any:
        review, carry, floor = real(*given)
        return review, carry, floor * 0.9

    monkeypatch.setattr(assembly, "contract_years", changed)


def annuities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outlays are charged in full."""
    for module in ("contracts", "qualification"):
        full = sys.modules[f"sourcing.model.{module}"]
        monkeypatch.setattr(full, "charged_share", lambda case, outlay, period: 1.0)


WRONG_NUMBERS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "prices": wrong_effect("price", lambda values: values * 1.01),
    "freight": wrong_effect("freight", lambda values: values * 1.01),
    "approval": wrong_effect("approval", lambda values: np.minimum(2 * values, 1)),
    "delay": wrong_effect("delay", lambda values: np.maximum(values - 1, 0)),
    "seizure": wrong_effect("seized", lambda values: values * 0.5),
    "need": wrong_effect("need", lambda values: values * 0.99),
    "shortage": wrong_effect("shortage", lambda values: values * 1.01),
    "release": wrong_effect("released", lambda values: values * 0),
    "mean": the_first_of_each_node,
    "foresight": foresight,
    "cover": ahead,
    "contract years": years,
    "annuities": annuities,
}


def sudden() -> tuple[str, ...]:
    """Nothing is seen of the ban before it begins, and the first need of one future is larger than that of others."""
    more = "{where: {end_use: automotive}, field: need, times: 1.3, until: 2027-01}"
    unseen = ("restrictions.slow=null", "futures.ban.signals=null", "futures.ban.restrictions.ban.announced=null")
    return (*unseen, f"futures.ban.changes={{more: {more}}}")


def test_without_any_of_this_it_adds_up() -> None:
    assert solve(EVERYTHING, overrides=sudden()).manifest.audit.worst <= 1e-6


@pytest.mark.parametrize("patch", WRONG_NUMBERS.values(), ids=WRONG_NUMBERS)
def test_wrong_numbers_of_nodes_are_refused(
    patch: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    patch(monkeypatch)
    with pytest.raises(SolveError, match="the plan does not add up"):
        solve(EVERYTHING, overrides=sudden())


DRAWN = small(
    5,
    site="plant",
    suppliers={"south": "China", "reef": "Australia"},
    offers={
        "south": {"price": "100 USD/t", "licensable": "12 t/month"},
        "reef": {"price": "300 USD/t", "nameplate": "4 t/month"},
    },
    lanes={"sea": {"where": {"material": "dy"}, "site": "plant"}},
    demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "2000 USD/t"}}}},
    regimes={
        "states": {
            "calm": {},
            "halt": {
                "restrictions": {"halt": {"where": {"origin": "China"}, "approval": "20 %", "price_elsewhere": 1.5}}
            },
        },
        "initial": "calm",
        "transitions": {"calm": {"halt": "30 %/month"}, "halt": {"calm": "20 %/month"}},
    },
    sample={"count": 64, "seed": 1, "keep": 6},
)


@pytest.mark.parametrize("wrong", [wrong_effect("price", lambda values: values * 1.01),
                                   wrong_effect("approval", lambda values: np.minimum(2 * values, 1))])  # fmt: skip
def test_what_drawn_futures_do_is_worked_out_again(
    wrong: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their measures are taken as drawn; what these make of the numbers is not."""
    assert solve(DRAWN).manifest.audit.worst <= 1e-6
    wrong(monkeypatch)
    with pytest.raises(SolveError, match="the plan does not add up"):
        solve(DRAWN)
