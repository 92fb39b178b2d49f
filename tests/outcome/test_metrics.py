"""What a course of action is judged by: one number wherever it is told."""

from dataclasses import replace

import numpy as np
import pytest

from sourcing.analyses.case_records import course_totals
from sourcing.outcome import result_tables, risk_tables
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.ladder import TODAY, followed
from sourcing.pipeline.formulated import state
from sourcing.pipeline.source import prepare

HALTED = {
    "title": "halted",
    "horizon": {"start": "2027-01", "periods": 2},
    "materials": {"dy": {"unit": "t"}},
    "sites": {"plant": {"country": "Japan"}},
    "suppliers": {"south": {"country": "China"}},
    "offers": {"south": {"supplier": "south", "material": "dy", "price": "60 USD/kg", "nameplate": "10 t/month"}},
    "lanes": {"all": {"where": {"material": "dy"}, "site": "plant"}},
    "demand": {
        "motors": {
            "site": "plant",
            "material": "dy",
            "need": "10 t/month",
            "shortage": {"lost": {"cost": "200 USD/kg"}},
        }
    },
    "futures": {
        "calm": {"probability": 0.4},
        "ban": {
            "probability": 0.6,
            "restrictions": {"ban": {"where": {"supplier": "south"}, "from": "2027-02", "capacity": 0}},
        },
    },
}


@pytest.fixture(scope="module")
def today() -> Outcome:
    """What is done today: in a ban 10 t of the second month are missing."""
    stated = state(prepare(HALTED))
    return followed(stated.formulation, stated.data)[TODAY]


def test_what_is_unmet_is_a_share_of_each_future_then_expected(today: Outcome) -> None:
    """Were 30 t needed in the second month of a ban, a quarter of 40 t would be missing: 0.6 x 0.25 is expected, not
    what is missing on average by what is needed on average, 6 / 32."""
    need = today.data.need.copy()
    need[0, today.data.tree.node_of[1, 1]] = 30.0
    more = replace(today, data=replace(today.data, need=need))
    assert more.unmet_share == pytest.approx(np.array([[0.0, 0.25]]))
    table = risk_tables.risk(more).set_index(["subject", "measure"])["value"]
    told = (
        table["motors", "expected share of need unmet"],
        course_totals(more)["unmet: motors"],
    )
    assert told == pytest.approx((0.15, 0.15))


def test_a_table_is_worked_out_once_for_each_course(today: Outcome) -> None:
    again = replace(today)
    assert result_tables.stockpile(today) is result_tables.stockpile(today)
    assert result_tables.stockpile(today) is not result_tables.stockpile(again)
    assert result_tables.orders(today) is not result_tables.stockpile(today)
