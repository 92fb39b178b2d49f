"""value: WS <= RP <= EEV, by hand where two futures differ in a price, and on everything that a scenario can say."""

import math

import pytest
from click.testing import CliRunner

from sourcing import files
from sourcing.analyses.tradeoffs.value import AVERAGE, KNOWN, PLAN, Value, value
from sourcing.cli import command_named
from sourcing.outcome.hindsight import known
from sourcing.pipeline.formulated import state, stated
from sourcing.pipeline.source import prepare
from tests.building import small
from tests.checkout import EVERYTHING, EXAMPLES, ROOT

# 10 t needed in the second month. A contract at 100 USD/kg can be signed now for it; without it, the price then is 40
# or 140, each as likely. Known: buy at 40, sign at 100: mean 70 x 10 t. Here and now: the price is seen before buying,
# so 90 = (40 + 140) / 2 without signing, 100 with a take-or-pay of all. The average price is 90: the plan for it does
# not sign either. EVPI = (90 - 70) x 10 t = 0.2 MUSD, VSS = 0.
SPOT = small(
    2,
    start="2027-04",
    site="plant",
    suppliers={"a": "Malaysia"},
    offers={"from a": {"supplier": "a", "price": "90 USD/kg"}},
    contracts={
        "offtake": {
            "offer": "from a",
            "volume": "10 t/month",
            "from": "2027-05",
            "price": "100 USD/kg",
            "take_or_pay": "100 %",
        }
    },
    stock={"dy": {"storage": "0 t", "end": {"value": "0 USD/kg"}}},
    demand={"motors": {"need": {"2027-05": "10 t/month"}, "firm": True}},
    futures={
        name: {
            "probability": 0.5,
            "changes": {"price": {"where": {"offer": "from a"}, "field": "price", "to": price, "from": "2027-05"}},
        }
        for name, price in (("cheap", "40 USD/kg"), ("dear", "140 USD/kg"))
    },
)


def costs(found: Value) -> tuple[float, float, float]:
    by = found.courses.set_index("course")["expected_cost"]
    return by[KNOWN], by[PLAN], by[AVERAGE]


def test_two_prices_by_hand() -> None:
    found = value(SPOT)
    assert costs(found) == pytest.approx((0.70e6, 0.90e6, 0.90e6))
    assert found.futures["cost_known"].tolist() == pytest.approx([0.4e6, 1.0e6])
    assert found.changes.to_dict("records") == [
        {"future": "dear", "decision": "contract", "subject": "offtake", "before": "do not sign", "after": "sign"}
    ]
    assert found.sentences[0].startswith("Knowing the future today would be worth up to 200 thousand USD")


def test_the_plan_for_the_average_can_cost_more() -> None:
    overrides = ("contracts.offtake.price=89 USD/kg",)
    lost = {"lost": {"cost": "100 USD/kg"}}  # so that nobody buys at 140
    soft = {**SPOT, "demand": {"motors": {**SPOT["demand"]["motors"], "firm": False, "shortage": lost}}}  # type: ignore[index]
    # Without signing: (40 + 100) / 2 = 70. The average of 90 makes the contract at 89 look better: 89.
    found = value(soft, overrides=overrides)
    assert costs(found) == pytest.approx((0.5 * (0.40e6 + 0.89e6), 0.70e6, 0.89e6))
    assert (
        found.sentences[1] == "Planning for the average of the futures would cost 190 thousand USD more than the plan."
    )


def test_an_average_that_cannot_be_carried_out_is_told() -> None:
    # The need is firm and known a month late: 10 t or 20 t, 15 t on average, and nothing can be ordered in May.
    futures = {
        name: {
            "probability": 0.5,
            "changes": {"need": {"where": {"demand": "motors"}, "field": "need", "to": need, "from": "2027-05"}},
        }
        for name, need in (("few", "10 t/month"), ("many", "20 t/month"))
    }
    offers = {"from a": {**SPOT["offers"]["from a"], "to_border": "1 month"}}  # type: ignore[index]
    scenario = {**SPOT, "futures": futures, "offers": offers, "contracts": {}, "stock": {}}
    found = value(scenario)
    assert math.isnan(costs(found)[2])
    assert "cannot be carried out" in found.sentences[1]


@pytest.mark.parametrize("file", ["everything.yaml", "../examples/independent_risks.yaml"])
def test_the_chain_of_inequalities(file: str) -> None:
    found = value(ROOT / "tests" / file, gap=1e-4)
    wait, plan, average = costs(found)
    slack = 2e-4 * abs(plan)
    assert wait <= plan + slack
    assert average != average or plan <= average + slack


def test_one_future_is_worth_nothing_to_know() -> None:
    wait, plan, average = costs(value({**SPOT, "futures": {"cheap": {**SPOT["futures"]["cheap"], "probability": 1}}}))  # type: ignore[index]
    assert wait == pytest.approx(plan) == pytest.approx(average)


def test_a_known_future_has_the_numbers_of_its_path() -> None:
    case = prepare(files.load(EVERYTHING))
    tree = state(case)
    chain = stated(known(tree.data, 1))
    path = tree.data.tree.node_of[1]
    assert chain.data.source_price.tolist() == tree.data.source_price[:, path].tolist()
    assert chain.data.tree.futures == (case.futures[1].name,)
    assert chain.program.matrix.shape[1] < tree.program.matrix.shape[1]


def test_a_risk_weight_is_set_to_nothing_and_told() -> None:
    found = value({**SPOT, "risk": {"weight": 0.5, "tail": 0.5}})
    assert costs(found) == pytest.approx((0.70e6, 0.90e6, 0.90e6))
    assert "weight of the worst outcomes is 0.5" in found.sentences[-1]


def test_the_command_line() -> None:
    example = EXAMPLES / "independent_risks.yaml"
    result = CliRunner().invoke(command_named("value"), [str(example), "--format", "json", "--quiet"])
    assert result.exit_code == 0, result.output
    assert '"courses"' in result.output
