"""A plan on disk: what is written is read back equal, all or nothing; JSON and manifest."""

import itertools
import json
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from sourcing.errors import ScenarioError
from sourcing.glossary import glossary
from sourcing.outcome import Plan, load_plan
from sourcing.outcome.tables import TABLES, UNMET, Table
from sourcing.pipeline.plan_scenario import solve
from tests.checkout import EVERYTHING

SMALL = {
    "title": "small",
    "horizon": {"start": "2027-01", "periods": 2},
    "materials": {"007": {"unit": "t"}},  # a name that looks like a number
    "sites": {"NA": {"country": "Japan"}},  # and one that looks like a gap
    "suppliers": {"lynas": {"country": "Malaysia", "title": "ライナス, [x]"}},
    "offers": {"dy": {"supplier": "lynas", "material": "007", "price": "600 USD/kg"}},
    "lanes": {"sea": {"where": {"material": "007"}, "site": "NA"}},
    "demand": {
        "motors": {"material": "007", "site": "NA", "need": "3 t/month", "shortage": {"l": {"cost": "2000 USD/kg"}}}
    },
}

COLUMNS = {
    "supplier_mix": "material supplier country share volume purchased spend unit offer site",
    "stockpile": "material site future period stock unit days_of_cover target",
    "contracts": "contract material supplier country offer unit decision volume per volume_in_horizon taken "
    "take_or_pay price from until outlay more_otherwise same_in_cases",
    "qualifications": "material supplier country offer unit start usable_from probability futures outlay "
    "more_otherwise same_in_cases",
    "orders": "material supplier country offer unit site how future period quantity price",
    "border": "material supplier country offer unit site future period waiting exported cancelled approval regimes",
    "arrivals": "material supplier country offer unit site future period quantity",
    "shortage": "demand step kind unit future period quantity cost share_of_need",
    "costs": "kind future charge cash",
    "risk": "subject measure value unit",
    "prices": "kind thing period price low high unit",
    "baseline": "subject measure plan baseline difference unit",
    "comparisons": "rule objective cost cash lost_margin made_do stock_left unmet_share breaks",
    "inputs": "input title value low high unit source citation confidence as_of age author assumption weight",
}


@pytest.fixture(scope="module")
def everything() -> Plan:
    return solve(EVERYTHING)


@pytest.fixture(scope="module")
def small() -> Plan:
    return solve(SMALL)


def same(one: Plan, other: Plan) -> None:
    assert one.summary() == other.summary()
    for name, frame in one.tables():
        pd.testing.assert_frame_equal(frame, getattr(other, name), check_exact=True, obj=name)


def test_the_columns_of_every_table(everything: Plan, small: Plan) -> None:
    for plan, unmet in ((everything, ["unmet: motors", "unmet: magnets"]), (small, ["unmet: motors"])):
        found = {name: list(frame.columns) for name, frame in plan.tables()}
        assert found.pop("futures") == ["future", "probability", "cost", *unmet]
        assert found == {name: columns.split() for name, columns in COLUMNS.items()}


def test_a_plan_has_the_tables_that_are_declared() -> None:
    assert [part.name for part in fields(Plan) if part.type is pd.DataFrame] == [table.name for table in TABLES]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_has_the_columns_it_declares_each_in_the_glossary(table: Table, everything: Plan, small: Plan) -> None:
    """In their order, those that are not always there left out; numbers, and nothing else, as floats."""
    named = {column.name: column for column in table.columns}
    for frame in (getattr(everything, table.name), getattr(small, table.name)):
        unmet = [name for name in frame.columns if name.startswith(UNMET)]
        known = [name for name in named if named[name].always or name in frame.columns]
        assert list(frame.columns) == [*known, *unmet]
        assert bool(unmet) == table.by_need
        assert [name for name in known if frame[name].dtype == float] == [name for name in known if named[name].number]
    assert [name for name in named if name not in glossary()] == []


def test_everything_fills_every_table(everything: Plan) -> None:
    """So that the round trip below proves something of each."""
    assert [name for name, frame in everything.tables() if frame.empty] == []


def test_a_saved_plan_is_read_back_equal(everything: Plan, tmp_path: Path) -> None:
    same(load_plan(everything.save(tmp_path / "plan")), everything)


def test_empty_tables_and_names_that_look_like_something_else(small: Plan, tmp_path: Path) -> None:
    assert {name for name, frame in small.tables() if frame.empty} >= {"contracts", "qualifications", "border"}
    again = load_plan(small.save(tmp_path / "plan"))
    same(again, small)
    assert set(again.stockpile["material"]) == {"007"}
    assert set(again.stockpile["site"]) == {"NA"}
    assert set(again.arrivals["supplier"]) == {"ライナス, [x]"}


# All or nothing -------------------------------------------------------------------------------------------------------


def broken(*arguments: object, **named: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_plan_there_before_is_replaced(everything: Plan, small: Plan, tmp_path: Path) -> None:
    everything.save(tmp_path / "plan")
    small.save(tmp_path / "plan")
    same(load_plan(tmp_path / "plan"), small)
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan"]  # nothing is left beside it


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("at", [1, 2, 14, 15])  # the first and second table, the last, and the manifest
def test_a_failure_leaves_the_old_plan(
    call: str, at: int, everything: Plan, small: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything.save(tmp_path / "plan")
    at = 2 * at if call == "fsync" else at  # of the file, then of its folder
    with monkeypatch.context() as patch:
        patch.setattr(os, call, broken_at(at - call.count("fsync"), getattr(os, call)))
        with pytest.raises(ScenarioError, match=r"plan: cannot be written \(No space left on device\); name a folder"):
            small.save(tmp_path / "plan")
    same(load_plan(tmp_path / "plan"), everything)
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan"]


def broken_at(number: int, real: Callable[..., None]) -> Callable[..., None]:
    """One call of many fails."""
    calls = itertools.count(1)

    def call(*arguments: object) -> None:
        if next(calls) == number:
            broken()
        real(*arguments)

    return call


@pytest.mark.parametrize("there", ["notes.txt", "manifest.json of another program", "a plan with notes", "a file"])
def test_what_is_no_plan_is_not_touched(there: str, small: Plan, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    if there == "a plan with notes":
        small.save(target)
        (target / "notes.txt").write_text("keep")
    elif there == "a file":
        target.write_text("keep")
    else:
        target.mkdir()
        (target / there.split()[0]).write_text("{}")
        (target / "index.html").write_text("keep")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    with pytest.raises(ScenarioError, match=r"mine: is there and is not a plan; name a new folder, or an empty one"):
        small.save(target)
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_an_empty_folder_and_folders_not_there_yet_are_taken(small: Plan, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    same(load_plan(small.save(tmp_path / "empty")), small)
    same(load_plan(small.save(tmp_path / "a" / "b")), small)


def test_a_folder_without_a_plan_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="holds no plan that can be read"):
        load_plan(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ScenarioError, match="holds no plan that can be read"):
        load_plan(tmp_path)


# JSON and manifest ----------------------------------------------------------------------------------------------------


def refused(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def test_json_is_one_valid_object(everything: Plan) -> None:
    found = json.loads(everything.to_json(), parse_constant=refused)
    assert (found["status"], found["cost"], found["gap"]) == ("optimal", everything.cost, everything.gap)
    assert found["bound"] <= found["cost"]
    assert found["advice"] == list(everything.advice)
    for name, frame in everything.tables():
        assert len(found[name]) == len(frame)
        assert list(found[name][0]) == list(frame.columns)


def test_infinite_days_are_null_in_json(small: Plan) -> None:
    """Stock of what nobody needs lasts for ever: inf in the table, null in JSON."""
    endless = Plan(**{**small.__dict__, "stockpile": small.stockpile.assign(days_of_cover=float("inf"))})
    found = json.loads(endless.to_json(), parse_constant=refused)
    assert {row["days_of_cover"] for row in found["stockpile"]} == {None}


def test_the_manifest_names_inputs_versions_options_and_size(small: Plan) -> None:
    manifest = small.manifest
    assert set(manifest.versions) >= {"sourcing", "highspy", "pyomo"}
    assert manifest.options == {"gap": 1e-4, "time_limit": None, "threads": 1, "strategy": "auto", "seed": 0}
    assert (manifest.strategy, manifest.why) == ("extensive", "small")
    assert (manifest.nodes, manifest.seconds >= 0) == (2, True)  # two periods, one future
    assert min(manifest.columns, manifest.rows, manifest.nonzeros) > 0


def test_the_hash_follows_the_inputs_and_not_the_order_of_solving(small: Plan, everything: Plan) -> None:
    dearer = solve(SMALL, overrides=("offers.dy.price=601 USD/kg",))
    again = solve(SMALL)
    assert again.manifest.inputs == small.manifest.inputs
    assert len({plan.manifest.inputs for plan in (small, dearer, everything)}) == 3
    assert again.to_json() == small.to_json()


def test_a_notebook_shows_the_plan_and_no_name_as_markup(small: Plan) -> None:
    named = Plan(**{**small.__dict__, "title": "<b>a & b</b>", "advice": ("Sign <script>x</script>.",)})
    shown = named._repr_html_()
    assert shown.startswith("<h3>&lt;b&gt;a &amp; b&lt;/b&gt;</h3><p>optimal, cost ")
    assert "<li>Sign &lt;script&gt;x&lt;/script&gt;.</li>" in shown
    assert "<script" not in shown
    expected = small.baseline.set_index(["subject", "measure"]).loc[("cost", "expected"), "plan"]
    assert f"<td>{expected:,.0f}</td>" in shown  # 3.6 million USD
