"""quote: what a lot is worth is what it replaces, and what the best plan without it costs more."""

import json
from pathlib import Path
from typing import Any

import pytest

import sourcing
from sourcing.analyses.case_solver import CaseSolver
from sourcing.analyses.case_with_lot import lot_of, with_lot
from sourcing.analyses.quote import Quote, quote
from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.pipeline.source import document
from sourcing.scenario.language.quoted_lot import quoted
from sourcing.solver.highs import Options
from tests.building import small

# Need 10 t a month for 2 months; A sells 8 t a month at 100 USD/kg, C any amount at 150 USD/kg; what is left is worth
# nothing. A lot of February takes the place of C first (2 t at 150), then of A (8 t at 100), then of nothing.
PLANT: dict[str, Any] = small(
    2,
    title="a plant",
    materials={"dy": {"unit": "t", "title": "dysprosium oxide"}},
    site="plant",
    suppliers={"a": "Malaysia", "c": "China"},
    offers={
        "from a": {"supplier": "a", "price": "100 USD/kg", "nameplate": "8 t/month"},
        "from c": {"supplier": "c", "price": "150 USD/kg", "nameplate": "50 t/month"},
    },
    stock={"dy": {"end": {"value": "0 USD/kg"}}},
    demand={"motors": {"need": "10 t/month", "firm": True}},
)
LOT = {"supplier": "trader", "material": "dy", "volume": "5 t", "price": "110 USD/kg", "arrives": "2027-02"}
HALT = {"halt": {"where": {"origin": "China"}, "from": "2027-02", "approval": 0}}


def worth(found: Quote) -> float:
    """The most to pay for the lot offered [money / kg]."""
    return float(found.curve["most_to_pay"].iloc[1])


def test_a_lot_is_worth_what_it_replaces() -> None:
    found = quote(PLANT, LOT)  # half, whole, double, four times 5 t
    amounts = [2000 * 150 + 500 * 100, 2000 * 150 + 3000 * 100, 2000 * 150 + 8000 * 100, 2000 * 150 + 8000 * 100]
    assert found.curve["worth"].tolist() == pytest.approx(amounts, rel=1e-6)
    assert found.curve["most_to_pay"].tolist() == pytest.approx([140, 120, 110, 55], rel=1e-6)
    assert found.curve["further_to_pay"].tolist() == pytest.approx([140, 100, 100, 0], rel=1e-6, abs=1e-6)
    # Twice as much is worth what it costs, 110, exactly.
    assert found.curve["advice"].tolist() == ["take", "take", "too close to call", "leave"]
    assert found.title == "Take it: 5,000 kg at 110 USD/kg; worth at most 120 USD/kg"


def test_a_dear_lot_is_left_and_less_of_it_may_do() -> None:
    found = quote(PLANT, LOT | {"price": "130 USD/kg"})
    assert found.title.startswith("Do not take it: worth at most 120 USD/kg for 5,000 kg")
    assert "At the price asked 2,500 kg would be worth taking." in found.sentences
    assert any(
        "600 thousand USD to the plan and costs 650 thousand USD: a loss of 50" in line for line in found.sentences
    )


def test_a_small_lot_is_worth_the_price_of_scarcity() -> None:
    """The limiting case: one kilogram is worth what the plan's table of prices says of a tonne in stock."""
    plan = sourcing.solve(PLANT)
    prices = plan.prices[(plan.prices["kind"] == "stock_balance") & (plan.prices["period"] == "2027-02")]
    assert worth(quote(PLANT, LOT | {"volume": "1 kg"}, gap=0)) == pytest.approx(
        prices["price"].iloc[0] / 1000, rel=1e-5
    )


def test_worth_is_in_money_of_the_day_of_payment() -> None:
    dear = PLANT | {"discount": "10 %/year"}
    late, early = quote(dear, LOT), quote(dear, LOT | {"paid": "2027-01"})
    assert worth(late) == pytest.approx(120, rel=1e-6)  # what it replaces would be paid in February as well
    assert worth(early) == pytest.approx(120 * 1.1 ** (-31 / 365.25), rel=1e-6)


def test_a_restriction_reaches_a_lot_by_its_origin() -> None:
    """With probability 0.4 nothing Chinese leaves from February on, so that 2 t of C must be held from January, at 151
    USD/kg with the cost of holding. A lot of 1 t saves as much; a Chinese one comes only where there is no ban, and
    saves the 100 USD/kg of A there."""
    futures = {"as now": {"probability": 0.6}, "ban": {"probability": 0.4, "restrictions": HALT}}
    free = PLANT | {"futures": futures, "stock": {"dy": PLANT["stock"]["dy"] | {"holding": "1 USD/kg/month"}}}
    small = LOT | {"volume": "1 t"}
    assert worth(quote(free, small)) == pytest.approx(151, rel=1e-6)
    assert worth(quote(free, small | {"from": "China"})) == pytest.approx(0.6 * 100, rel=1e-6)
    banned = PLANT | {"restrictions": HALT}
    assert worth(quote(banned, small | {"from": "China"})) == pytest.approx(0, abs=1e-6)
    half = PLANT | {"restrictions": {"halt": HALT["halt"] | {"approval": 0.5}}}
    assert worth(quote(half, small | {"from": "China"})) == pytest.approx(75, rel=1e-6)  # half of 1 t comes in time
    assert worth(quote(half, small | {"from": "Vietnam"})) == pytest.approx(150, rel=1e-6)


def test_without_the_lot_the_plan_is_that_of_the_file() -> None:
    """The seller of a lot is no standing supplier, and adds nothing to counts and shares as long as nothing comes."""
    rules = {
        "two": {"count": {"of": {"material": "dy"}, "at_least": 2, "each_at_least": 0.3}},
        "mix": {"share": {"of": {"each": "origin"}, "at_most": 0.7}},
    }
    ruled = PLANT | {"rules": rules}
    case, lot = lot_of(document(ruled), quoted(LOT))
    assert CaseSolver(Options(0)).at(with_lot(case, lot, 0.0)).cost == pytest.approx(
        sourcing.solve(ruled).cost, rel=1e-9
    )
    alone = PLANT | {"rules": {"three": {"count": {"of": {"material": "dy"}, "at_least": 3, "each_at_least": 0.1}}}}
    with pytest.raises(sourcing.ScenarioError, match="at least 3 suppliers are wanted, 2 are there"):
        quote(alone, LOT)


def test_a_known_supplier_brings_its_country_and_another_currency_its_rate() -> None:
    rated = PLANT | {"rates": {"JPY": 0.01}}
    found = quote(rated, LOT | {"supplier": "a", "price": "11000 JPY/kg"})
    assert found.title == "Take it: 5,000 kg at 110 USD/kg; worth at most 120 USD/kg"
    assert not any("origin is not stated" in line for line in found.sentences)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"material": "dysprosium"}, "material: nobody needs 'dysprosium'; .*dy"),
        ({"arrives": "2026-12"}, "arrives: 2026-12 is before the plan begins; give a day between 2027-01 and 2027-02"),
        ({"arrives": "2027-03"}, "arrives: 2027-03 is after the plan ends"),
        ({"volume": "5 USD"}, "volume: '5 USD' is money, a mass is wanted"),
        ({"volume": "0 kg"}, "volume: the lot is empty"),
        ({"price": "900 EUR/kg"}, "price: no rate of EUR; give it in one of USD"),
        ({"site": "osaka"}, "site: nobody at 'osaka' needs dy"),
        ({"incoterms": "DDP"}, "incoterms: is not known here; .*supplier"),
        ({"supplier": "a", "from": "China"}, "from: a is in Malaysia, not in China"),
        ({"supplier": 7}, "supplier: 7 is not text"),
    ],
)
def test_what_cannot_be_quoted(changed: dict[str, Any], cause: str) -> None:
    with pytest.raises(ScenarioError, match=f"--offer: {cause}"):
        quote(PLANT, LOT | changed)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("material: dy, volume: 5 t", "--offer: supplier: is missing; write for example"),
        ("supplier: a, price: 1,000 USD/kg", "has no value; .*none within a number"),
        ("supplier: [a", "is not YAML"),
        ("", "supplier: is missing"),
    ],
)
def test_texts_that_are_no_lot(text: str, cause: str) -> None:
    with pytest.raises(ScenarioError, match=cause):
        quote(PLANT, text)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "plant.yaml"
    file.write_text(json.dumps(PLANT), encoding="utf-8")
    lot = ", ".join(f"{key}: {value}" for key, value in LOT.items())
    with pytest.raises(SystemExit) as done:
        main(["quote", str(file), "--offer", lot])
    assert done.value.code == 0
    assert capsys.readouterr().out.splitlines()[0] == "Take it: 5,000 kg at 110 USD/kg; worth at most 120 USD/kg"
    with pytest.raises(SystemExit) as done:
        main(["quote", str(file), "--offer", lot, "--format", "json", "--out", str(tmp_path / "out")])
    assert done.value.code == 0
    assert json.loads(capsys.readouterr().out)["curve"][1]["most_to_pay"] == pytest.approx(120)
    assert (tmp_path / "out" / "curve.csv").exists()
    with pytest.raises(SystemExit) as done:
        main(["quote", str(file), "--offer", lot.replace("dy,", "nd,")])
    assert done.value.code == 2
