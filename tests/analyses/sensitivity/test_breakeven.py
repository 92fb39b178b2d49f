"""breakeven: a choice turns where its cost and what it saves are equal, which these cases say by hand."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from sourcing.analyses.case_solver import CaseSolver
from sourcing.analyses.sensitivity.breakeven import Breakeven, breakeven
from sourcing.analyses.sensitivity.price_ranges import price_range
from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.pipeline.source import prepare
from sourcing.solver.highs import Options
from tests.building import small

# Need 10 t a month, nothing can be stored. A costs 100 USD/kg; B costs 60 USD/kg and a test of 0.5 MUSD before the
# tree, after which it serves the second month: it saves 40 USD/kg x 10 t = 0.4 MUSD, and is worth its test from 50
# USD/kg down.
TWO: dict[str, Any] = small(
    2,
    title="two sources",
    site="plant",
    suppliers={"a": {"country": "Malaysia", "title": "Alpha"}, "b": {"country": "Australia", "title": "Beta, Perth"}},
    offers={
        "from a": {"supplier": "a", "price": "100 USD/kg", "nameplate": "50 t/month"},
        "from b": {
            "supplier": "b",
            "price": "60 USD/kg",
            "qualification": {"cost": "0.5 MUSD", "time": "1 month", "decide": "now"},
        },
    },
    stock={"dy": {"storage": "0 t"}},
    demand={"motors": {"need": "10 t/month", "firm": True}},
)
DEAR_A = {"where": {"supplier": "a"}, "from": "2027-02", "price": 2}


def turns(found: Breakeven, kind: str) -> list[dict[str, Any]]:
    """Turns that were found by one kind of lever."""
    rows = found.flips[(found.flips["varied"] == kind) & found.flips["flips_at"].notna()]
    return rows.to_dict("records")


def priced(number: float) -> tuple[str, ...]:
    return (f"offers.'from b'.price={number} USD/kg",)


def test_a_supplier_is_qualified_from_the_price_that_pays_for_its_test() -> None:
    found = breakeven(TWO, "suppliers.b")
    (turn,) = turns(found, "price")
    assert (turn["choice"], turn["turns_to"]) == ("no", "now")
    assert turn["first_turned"] <= 50 <= turn["last_kept"]
    assert turn["flips_at"] == pytest.approx(50, abs=60 / 400)
    assert found.sentences == (
        "Beta, Perth for dy is not qualified. At 60 USD/kg it is 10 USD/kg too dear: it is qualified now at or below "
        "50 USD/kg. With contracts and qualifications held, no amount changes at a price up to 100 USD/kg.",
    )


def test_from_the_other_side_it_turns_at_the_same_price() -> None:
    (turn,) = turns(breakeven(TWO, "offers.'from b'", overrides=priced(30)), "price")
    assert (turn["choice"], turn["turns_to"]) == ("now", "no")
    assert turn["flips_at"] == pytest.approx(50, abs=30 / 400)


def test_the_probability_at_which_a_test_pays() -> None:
    """Where A doubles its price B saves 1.4 MUSD, else 0.4: together 0.5 at a probability of 0.1."""
    futures = {
        "calm": {"probability": 0.95},
        "shock": {"probability": 0.05, "restrictions": {"dear": DEAR_A}},
    }
    found = breakeven(TWO | {"futures": futures}, "suppliers.beta", by=["probability"])
    by_name = {turn["of"]: turn for turn in turns(found, "probability")}
    assert by_name["shock"]["flips_at"] == pytest.approx(0.1, abs=0.0025)
    assert by_name["calm"]["flips_at"] == pytest.approx(0.9, abs=0.0025)
    assert "If 'shock' were 10 % or more likely (5 % now) it is qualified now" in found.sentences[0]
    wide = breakeven(TWO | {"futures": futures}, "futures.shock", by=["probability"])
    (turn,) = turns(wide, "probability")
    assert (turn["subject"], turn["flips_at"]) == ("from b", pytest.approx(0.1, abs=0.0025))
    assert wide.sentences[0].endswith("% or more likely (5 % now): Beta, Perth for dy is qualified now.")


@pytest.mark.parametrize(("until", "choice", "first", "last"), [("2027-02", "no", 2, 1), ("2027-06", "now", 1, 2)])
def test_the_months_for_which_a_measure_must_last(until: str, choice: str, first: float, last: float) -> None:
    """B costs 95 USD/kg and serves 5 months. It saves 0.25 MUSD in a month in which A costs 120, 0.05 in one of 100:
    0.45 MUSD where the measure lasts a month, 0.65 where it lasts two."""
    dear = DEAR_A | {"price": 1.2, "until": until}
    futures = {"shock": {"probability": 1, "restrictions": {"dear": dear}}}
    six = TWO | {"horizon": {"start": "2027-01", "periods": 6}, "futures": futures}
    found = breakeven(six, "suppliers.b", by=["duration"], overrides=priced(95))
    (turn,) = turns(found, "duration")
    assert (turn["choice"], turn["first_turned"], turn["last_kept"], turn["unit"]) == (choice, first, last, "months")


def test_a_contract_is_signed_up_to_the_price_that_pays_for_signing() -> None:
    """10 t a month for two months, instead of 100 USD/kg: 0.1 MUSD of signing is saved at 95 USD/kg."""
    contract = {"offer": "from a", "volume": "10 t/month", "price": "90 USD/kg", "signing_cost": "0.1 MUSD"}
    signed = TWO | {"contracts": {"frame": contract}}
    (turn,) = turns(breakeven(signed, "contracts.frame"), "price")
    assert (turn["choice"], turn["turns_to"]) == ("sign", "do not sign")
    assert turn["flips_at"] == pytest.approx(95, abs=90 / 400)
    formula = signed | {"contracts": {"frame": contract | {"price": {"times": 0.97, "cap": "200 USD/kg"}}}}
    (turn,) = turns(breakeven(formula, "contracts.frame"), "price")
    assert (turn["choice"], turn["flips_at"]) == ("do not sign", pytest.approx(95, abs=97 / 400))


def test_the_limit_of_a_rule_that_makes_a_test_idle() -> None:
    """At 40 USD/kg B saves 60 USD/kg on at most the share of 20 t that the rule allows: 0.5 MUSD on 41.7 %."""
    ruled = TWO | {"rules": {"cap": {"share": {"of": {"supplier": "b"}, "at_most": "45 %"}}}}
    found = breakeven(ruled, "rules.cap", overrides=priced(40))
    (turn,) = turns(found, "limit")
    assert (turn["subject"], turn["turns_to"]) == ("from b", "no")
    assert turn["flips_at"] == pytest.approx(0.5 / (60 * 20 / 1000), abs=1 / 400)
    assert "With a limit of 41" in found.sentences[0]


def test_where_nothing_turns_it_says_how_far_was_searched() -> None:
    futures = {"calm": {"probability": 0.5}, "mild": {"probability": 0.5, "signals": {"2027-02": "mild"}}}
    found = breakeven(TWO | {"futures": futures}, "suppliers.b", by=["probability"])
    assert found.flips["flips_at"].isna().all()
    assert sorted(found.flips["searched_to"]) == [0, 0, 1, 1]
    assert "Nothing turns that by the probability of 'calm' (0 % to 100 %)" in found.sentences[0]
    (line,) = breakeven(TWO | {"futures": futures}, "futures.mild").sentences
    assert line == "The probability of 'mild' turns no contract and no qualification between 0 % and 100 %."


@pytest.mark.parametrize(("sold", "of_a"), [("8 t/month", 8), ("50 t/month", 10)])
def test_ranging_says_between_which_prices_no_amount_changes(sold: str, of_a: float) -> None:
    """A at 100, B at 150 USD/kg and no test: they change places where their prices are equal, and not before."""
    offers = {
        "from a": TWO["offers"]["from a"] | {"nameplate": sold},
        "from b": {"supplier": "b", "material": "dy", "price": "150 USD/kg"},
    }
    plan = CaseSolver(Options(0), prices=True).at(prepare(TWO | {"offers": offers}))
    assert plan.outcome.values["order"][0].tolist() == pytest.approx([of_a, of_a])
    assert price_range(plan, ("buy", "from a"), 100) == (0, pytest.approx(150))
    assert price_range(plan, ("buy", "from b"), 150) == (pytest.approx(100), math.inf)


def test_ranging_holds_a_contract_to_what_it_saves() -> None:
    """Signed at 90 USD/kg it is called up to the price of the offer, 100, whatever signing cost."""
    contract = {"offer": "from a", "volume": "10 t/month", "price": "90 USD/kg", "signing_cost": "0.1 MUSD"}
    plan = CaseSolver(Options(0), prices=True).at(prepare(TWO | {"contracts": {"frame": contract}}))
    assert price_range(plan, ("contract", "frame"), 90)[1] == pytest.approx(100)


@pytest.mark.parametrize(
    ("of", "cause"),
    [
        ("suppliers.c", "there is no 'c'; there are: a, b"),
        ("supplier.b", "is nothing that can be asked about; name one of suppliers.NAME"),
        ("suppliers", "is nothing that can be asked about"),
        ("..", "is no name"),
        ("suppliers.d", "nothing of it is in play"),
    ],
)
def test_what_cannot_be_asked(of: str, cause: str) -> None:
    idle = TWO | {"suppliers": TWO["suppliers"] | ({"d": {"country": "Chile"}} if of.endswith("d") else {})}
    with pytest.raises(ScenarioError, match=cause):
        breakeven(idle, of)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(json.dumps(TWO), encoding="utf-8")
    with pytest.raises(SystemExit) as done:
        main(["breakeven", str(file), "--of", "suppliers.b", "--by", "price", "--quiet", "--format", "json"])
    assert done.value.code == 0
    (row,) = json.loads(capsys.readouterr().out)["flips"]
    assert row["flips_at"] == pytest.approx(50, abs=60 / 400)
    with pytest.raises(SystemExit) as done:
        main(["breakeven", str(file), "--of", "suppliers.b", "--by", "limit", "--quiet"])
    assert done.value.code == 2
    assert "it has no limit to vary" in capsys.readouterr().err
