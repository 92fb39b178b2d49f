"""The plan in sentences: each number is that of a plan small enough to follow by hand."""

from typing import Any

import sourcing
from tests.building import small

DY = "dysprosium-oxide"


def model(offer: dict[str, Any], **parts: object) -> dict[str, Any]:
    """Six months from January 2027; 10 t a day are needed, what is missing costs ten times the price."""
    whole = small(
        6,
        materials={DY: {"unit": "t", "title": "Dy oxide"}},
        suppliers={"south": "China"},
        offers={"south": {"price": "100 USD/t", **offer}},
        demand={"motors": {"need": "10 t/day", "shortage": {"lost": {"cost": "1000 USD/t"}}}},
    )
    return whole | parts


HALT = {"export halt": {"where": {"origin": "China"}, "approval": 0}}
RELIEF = {
    "as now": {"probability": 0.6},
    "relief": {"probability": 0.4, "restrictions": {"export halt": {"until": "2027-03"}}},
}


def test_a_branch_tells_what_it_changes_and_nothing_else() -> None:
    """Nothing leaves: 590 t last to the end of February, so that 122 of 181 days are short; 31 if it ends in March."""
    stock = {"dy": {"material": DY, "site": "japan", "quantity": "590 t"}}
    plan = sourcing.solve(
        model({"nameplate": "20 t/day"}, restrictions=HALT, futures=RELIEF, opening_stock=stock)
    ).advice
    assert "Dy oxide: draw the opening 590 t down to 0 days by 2027-02 while 'export halt' holds." in plan
    assert (
        "The stocks above are those of 'as now' (60 %), in which least happens; short there of 67 % of motors." in plan
    )
    assert (
        "If 'relief' (40 %), seen from 2027-04 (without 'export halt'): stocks fall no lower; "
        "short of 17 % of motors (67 % without it)." in plan
    )


def test_stock_that_is_there_at_first_is_not_told_as_a_goal() -> None:
    """900 t arrive in January and nothing after: 590 t, the need of February and March, then 310 t, then none."""
    order = {"late": {"offer": "south", "site": "japan", "quantity": "900 t", "state": "transit", "date": "2027-01"}}
    plan = sourcing.solve(model({"nameplate": "0 t/day"}, open_orders=order)).advice
    assert "Hold 59 days of Dy oxide at first (590 t), then mostly 0." in plan


def test_what_arrives_after_the_plan_is_said_so() -> None:
    """Eight months from order to border: it is prepared for the 30 days wanted at the end, and serves no need."""
    plan = sourcing.solve(
        model(
            {"nameplate": "50 t/day", "spot_share": "0 %", "to_border": "8 months"},
            stock={DY: {"material": DY, "site": "japan", "end": {"days": "30 days", "shortfall_cost": "500 USD/t"}}},
            contracts={"offtake": {"offer": "south", "volume": {"at_least": "1 t/day", "at_most": "50 t/day"}}},
        )
    ).advice
    (prepared,) = (line for line in plan if line.startswith("Prepare offtake"))
    assert prepared.endswith("; what it sends arrives after 2027-06, for what is left at the end of the plan.")


def test_a_plan_like_today_says_so() -> None:
    plan = sourcing.solve(model({"nameplate": "20 t/day"}, restrictions=HALT)).advice
    assert plan[-1].startswith("Beside the best of 4 rules of thumb, ")
    assert plan[-1].endswith(", the plan comes to the same, in the futures you typed.")
