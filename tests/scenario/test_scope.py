"""`scope`: one narrow question to a whole importer; what is left is the importer without the rest."""

from typing import Any

import pytest

import sourcing
from sourcing import ScenarioError
from sourcing.pipeline.source import document, prepare
from tests.building import small

# Two materials that have nothing to do with each other: what hangs on one must go with it, in every part of the file.
WHOLE: dict[str, Any] = small(
    4,
    materials={"gallium": {"unit": "kg", "stage": "metal"}, "tungsten": {"unit": "t", "stage": "chemical"}},
    site="plant",
    suppliers={"smelter": "China", "mill": "China", "recycler": "Japan"},
    offers={
        "cheap gallium": {
            "supplier": "smelter",
            "material": "gallium",
            "price": "600 USD/kg",
            "expected": "60 kg/month",
        },
        "old gallium": {
            "supplier": "recycler",
            "material": "gallium",
            "price": "2000 USD/kg",
            "expected": "99 kg/month",
        },
        "powder": {"supplier": "mill", "material": "tungsten", "price": "180 USD/kg", "expected": "9 t/month"},
    },
    lanes={
        "gallium from China": {"where": {"material": "gallium", "origin": "China"}, "site": "plant"},
        "tungsten from China": {"where": {"material": "tungsten", "origin": "China"}, "site": "plant"},
        "within Japan": {"where": {"origin": "Japan"}, "site": "plant"},
    },
    contracts={"mill for years": {"offer": "powder", "signed": True, "volume": "1 t/month", "take_or_pay": "50 %"}},
    stock={
        "gallium": {
            "material": "gallium",
            "cover": {"days": "30 days", "shortfall_cost": "9 USD/kg/year", "release": {"restriction": "mill halts"}},
        },
        "tungsten": {"material": "tungsten"},
    },
    opening_stock={"powder": {"material": "tungsten", "quantity": "30 days"}},
    open_orders={"powder at sea": {"offer": "powder", "site": "plant", "quantity": "1 t", "state": "transit"}},
    demand={
        "chips": {"material": "gallium", "need": "100 kg/month", "shortage": {"lost": {"cost": "9000 USD/kg"}}},
        "drills": {"material": "tungsten", "need": "8 t/month", "shortage": {"lost": {"cost": "900 USD/kg"}}},
    },
    restrictions={
        "licences": {"where": {"origin": "China"}, "delay": "1 month"},
        "mill halts": {"where": {"supplier": "mill"}, "capacity": 0.5},
    },
    changes={"more drills": {"where": {"demand": "drills"}, "field": "need", "times": 1.1}},
    futures={
        "calm": {"probability": 0.5},
        "ban": {
            "probability": 0.5,
            "restrictions": {
                "no powder": {"where": {"material": "tungsten"}, "from": "2027-03", "approval": 0},
                "no gallium": {"where": {"material": "gallium", "origin": "China"}, "from": "2027-03", "approval": 0},
            },
        },
    },
    rules={
        "two mills": {"count": {"of": {"material": "tungsten"}, "at_most": 2}},
        "cash": {"budget": {"at_most": "9 MUSD"}},
    },
    baseline={"mix": {"tungsten": {"powder": 1}, "gallium": {"cheap gallium": 0.6, "old gallium": 0.4}}},
    caveats={"prices": "All are made up.", "drills": {"text": "Drills are counted twice.", "about": "tungsten"}},
    left_out={"ferrotungsten": {"text": "No price was found.", "about": ["tungsten"]}},
)


def problem(scope: Any, **changes: Any) -> str:
    with pytest.raises(ScenarioError) as found:
        sourcing.load({**WHOLE, "scope": scope, **changes})
    return str(found.value)


def test_what_hangs_on_other_materials_goes_everywhere() -> None:
    case = prepare({**WHOLE, "scope": {"material": "gallium"}})
    left = case.scenario
    assert [offer.name for offer in case.offers] == ["cheap gallium", "old gallium"]
    assert list(left.materials) == list(left.stock) == list(left.baseline.mix) == ["gallium"]
    assert list(left.suppliers) == ["smelter", "recycler"]
    assert list(left.lanes) == ["gallium from China", "within Japan"]
    assert list(left.demand) == ["chips"]
    for gone in (left.contracts, left.opening_stock, left.open_orders, left.changes, left.left_out):
        assert not gone
    assert list(left.restrictions) == ["licences"]
    assert list(left.futures["ban"].restrictions) == ["no gallium"]
    assert list(left.rules) == ["cash"]
    assert list(left.caveats) == ["prices"]


def test_the_answer_is_that_of_the_importer_without_the_rest() -> None:
    """The slow path: a file written by hand with gallium only; and two parts that share nothing add up to the whole."""
    gone: dict[str, Any] = {
        **{key: {"gallium": WHOLE[key]["gallium"]} for key in ("materials",)},
        "stock": {
            "gallium": {**WHOLE["stock"]["gallium"], "cover": {"days": "30 days", "shortfall_cost": "9 USD/kg/year"}}
        },
        "suppliers": {name: WHOLE["suppliers"][name] for name in ("smelter", "recycler")},
        "offers": {name: WHOLE["offers"][name] for name in ("cheap gallium", "old gallium")},
        "lanes": {name: WHOLE["lanes"][name] for name in ("gallium from China", "within Japan")},
        "contracts": {},
        "opening_stock": {},
        "open_orders": {},
        "changes": {},
        "demand": {"chips": WHOLE["demand"]["chips"]},
        "restrictions": {"licences": WHOLE["restrictions"]["licences"]},
        "futures": {
            "calm": {"probability": 0.5},
            "ban": {
                "probability": 0.5,
                "restrictions": {"no gallium": WHOLE["futures"]["ban"]["restrictions"]["no gallium"]},
            },
        },
        "rules": {},
        "baseline": {"mix": {"gallium": WHOLE["baseline"]["mix"]["gallium"]}},
        "caveats": {},
        "left_out": {},
    }
    by_hand = sourcing.solve({**WHOLE, **gone}).cost
    gallium = sourcing.solve({**WHOLE, "scope": {"material": "gallium"}}).cost
    tungsten = sourcing.solve({**WHOLE, "scope": {"stage": "chemical"}}).cost
    assert gallium == pytest.approx(by_hand, rel=1e-9)
    assert gallium + tungsten == pytest.approx(sourcing.solve(WHOLE).cost, rel=1e-6)


def test_what_goes_although_it_was_asked_for_is_said() -> None:
    mixed = {"demand": {**WHOLE["demand"], "contacts": _of_both()}}
    said = prepare({**WHOLE, **mixed, "scope": {"material": "gallium"}}).scoped
    assert said == (
        "scope: 1 of 2 materials; 2 of 3 offers, 1 of 3 demands",
        "scope: demand contacts also needs tungsten: left out",
        "scope: restriction mill halts: reaches nothing that is left, left out",
        "scope: change more drills: reaches nothing that is left, left out",
        "scope: rule two mills: reaches nothing that is left, left out",
        "scope: future ban: restriction no powder: reaches nothing that is left, left out",
    )
    assert prepare(WHOLE).scoped == ()


def test_a_scope_that_picks_nothing_names_the_key_and_near_names() -> None:
    assert "scope.material: no material is 'galium'; did you mean gallium?" in problem({"material": "galium"})
    assert "scope.origin: origin cannot be used here; pick by one of material, stage" in problem({"origin": "China"})


def test_a_scope_that_leaves_no_need_says_what_to_add() -> None:
    both = {"demand": {"contacts": _of_both()}}
    wide = "no demand is for gallium alone; widen it: 'contacts' also needs tungsten"
    assert wide in problem({"material": "gallium"}, **both)


def test_a_remark_is_about_a_material_of_the_file() -> None:
    wrong = {"caveats": {"drills": {"text": "Counted twice.", "about": "tungstn"}}}
    assert "caveats.drills.about: there is no material 'tungstn'; did you mean tungsten?" in problem(None, **wrong)


def test_a_file_replaces_the_scope_of_the_one_it_extends() -> None:
    """A selection is one value: keys of two files do not mix."""
    merged = document({**WHOLE, "scope": {"stage": "metal"}}, ("scope={material: tungsten}",))
    assert merged.value["scope"] == {"material": "tungsten"}
    assert prepare({**WHOLE, "scope": {"material": ["gallium", "tungsten"]}}).scoped == (
        "scope: 2 of 2 materials; 3 of 3 offers, 2 of 2 demands",
    )


def _of_both() -> dict[str, Any]:
    mixed = {"gallium": 0.1, "tungsten": 0.9}
    return {"site": "plant", "materials": mixed, "need": "1 t/month", "shortage": {"lost": {"cost": "9000 USD/kg"}}}
