"""`size` scales what is inherited; what is typed beside it, below it or from outside is at the importer's own scale."""

from pathlib import Path
from typing import Any

import pytest

import sourcing
from sourcing import ScenarioError, files
from sourcing.analyses.comparison.input_steps import input_steps
from sourcing.cli import main
from sourcing.pipeline.source import document, prepare

NATION = """\
horizon: {start: 2027-01, periods: 4}
materials: {dy: {unit: t}}
sites: {nagoya: {country: Japan}}
suppliers: {lynas: {country: Malaysia}, south: {country: China, capacity: 100 /month}}
offers:
  lynas dy: {supplier: lynas, material: dy, price: 500 USD/kg, nameplate: 80 t/month, committed: 20 t/month}
  south dy: {supplier: south, material: dy, price: 300 USD/kg, nameplate: 200 t/month, licensable: 60 t/month,
    minimum_order: 1 t, uses: 1 /t}
lanes: {by sea: {where: {material: dy}, site: nagoya}}
contracts: {offtake: {offer: lynas dy, volume: {at_least: 12 t/year, at_most: 120 t/year}}}
stock: {dy: {material: dy, site: nagoya, storage: 1000 t}}
opening_stock: {dy: {material: dy, site: nagoya, quantity: 120 t}}
open_orders: {ship: {offer: south dy, site: nagoya, quantity: 20 t, state: transit}}
demand:
  magnets: {material: dy, site: nagoya, need: {value: 100 t/month, low: 80, high: 120, assumption: a nation},
    shortage: {lost: {cost: 2000 USD/kg}}}
changes: {boom: {where: {material: dy}, field: need, plus: 40 t/month, from: 2027-03}}
"""
SIZE = "extends: ./nation.yaml\nsize: 0.1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("nation.yaml").write_text(NATION, encoding="utf-8")
    return tmp_path


def company(text: str = "", name: str = "company.yaml") -> str:
    Path(name).write_text(SIZE + text, encoding="utf-8")
    return name


def need(source: Any, *overrides: str) -> float:
    """Tonnes needed in January, which begins the plan."""
    return float(prepare(source, overrides).demands[0].need[0])


def test_all_that_is_inherited_is_a_tenth() -> None:
    case = prepare(company())
    lynas, south = case.offer["lynas dy"], case.offer["south dy"]
    assert (case.demands[0].need[0], lynas.available[0]) == pytest.approx((10.0, 6.0))  # 100; 80 - 20
    assert (south.available[0], south.licensable[0], south.minimum_order) == pytest.approx((20.0, 6.0, 1.0))
    assert (case.contracts[0].at_least, case.contracts[0].at_most) == pytest.approx((1.2, 12.0))
    assert (case.positions[0].storage, case.positions[0].opening) == pytest.approx((100.0, 12.0))
    assert (case.open_orders[0].quantity, case.shared["south"][0]) == pytest.approx((2.0, 10.0))
    assert case.futures[0].changes[0].amount["magnets"][0] == pytest.approx(4.0)
    assert south.price[0] == pytest.approx(300_000)


def test_what_is_typed_beside_it_is_the_companys_key_by_key() -> None:
    """2 t/month of the 8 t/month inherited are sold to others; the least volume is inherited, the most is typed."""
    text = (
        "offers: {lynas dy: {committed: 2 t/month}}\ncontracts: {offtake: {volume: {at_most: 9 t/year}}}\n"
        "demand: {magnets: {need: 7 t/month}}\n"
        "changes: {boom: {plus: 3 t/month}, cut: {where: {demand: magnets}, field: need, times: 0.5}}\n"
        "stock: {dy: {storage: 50 t}}\nsuppliers: {south: {capacity: 7 /month}}\n"
    )
    case = prepare(company(text))
    assert case.offer["lynas dy"].available[0] == pytest.approx(8.0 - 2.0)
    assert (case.contracts[0].at_least, case.contracts[0].at_most) == pytest.approx((1.2, 9.0))
    assert (case.demands[0].need[0], case.positions[0].storage, case.shared["south"][0]) == pytest.approx((7, 50, 7))
    changes = {change.name: change for change in case.futures[0].changes}
    assert changes["boom"].amount["magnets"][0] == pytest.approx(3.0)
    assert changes["cut"].factor == 0.5


def test_the_same_number_typed_again_is_the_companys() -> None:
    text = "demand: {magnets: {need: {value: 100 t/month, low: 80, high: 120, assumption: a nation}}}\n"
    assert need(company(text)) == pytest.approx(100.0)


def test_a_file_that_extends_the_companys_types_at_its_scale() -> None:
    company("offers: {lynas dy: {nameplate: 5 t/month}}\n")
    Path("question.yaml").write_text("extends: ./company.yaml\ndemand: {magnets: {need: 7 t/month}}\n")
    case = prepare("question.yaml")
    assert (case.demands[0].need[0], case.offer["lynas dy"].available[0]) == pytest.approx((7.0, 5.0 - 2.0))
    assert case.offer["south dy"].available[0] == pytest.approx(20.0)


def test_two_sizes_in_a_chain_are_refused_with_both_places() -> None:
    company()
    Path("question.yaml").write_text("extends: ./company.yaml\nsize: 0.5\n")
    with pytest.raises(ScenarioError) as error:
        sourcing.load("question.yaml")
    assert "question.yaml:2: size: size: '0.5' is stated over size: '0.1' in company.yaml:2" in str(error.value)


def test_a_nation_may_say_that_it_is_one() -> None:
    Path("nation.yaml").write_text("size: 1\n" + NATION)
    assert need(company()) == pytest.approx(10.0)


@pytest.mark.parametrize("order", [1, -1])
def test_overrides_are_at_the_companys_scale_in_any_order(order: int) -> None:
    """Without a size in a file `--set size` scales what stands in files, not what is set beside it."""
    sets = ("size=0.2", "demand.magnets.need=7 t/month")[::order]
    case = prepare("nation.yaml", sets)
    assert (case.demands[0].need[0], case.offer["lynas dy"].available[0]) == pytest.approx((7.0, 12.0))


def test_another_size_from_outside_takes_the_place_of_that_of_the_file() -> None:
    path = company("demand: {magnets: {need: 7 t/month}}\n")
    case = prepare(path, ("size=0.2",))
    assert (case.demands[0].need[0], case.offer["lynas dy"].available[0]) == pytest.approx((7.0, 12.0))
    assert need("nation.yaml", "size=0.2") == pytest.approx(20.0)


def test_mappings_from_python() -> None:
    """What the mapping says is the company's, what it extends is not; so is what changes a document later."""
    demand = {"magnets": {"need": "7 t/month"}}
    case = prepare({"extends": "./nation.yaml", "size": 0.1, "demand": demand})
    assert (case.demands[0].need[0], case.offer["lynas dy"].available[0]) == pytest.approx((7.0, 6.0))
    changed = files.amend(document(company()), {"demand": demand})
    assert prepare(changed).demands[0].need[0] == pytest.approx(7.0)
    both = files.amend(document("nation.yaml"), {"size": 0.1, "demand": demand})
    assert prepare(both).demands[0].need[0] == pytest.approx(7.0)
    assert prepare(both).offer["lynas dy"].available[0] == pytest.approx(6.0)


def test_tables_beside_the_file_are_the_companys_those_above_are_not() -> None:
    Path("stock.csv").write_text("name,material,site,quantity\nours,dy,nagoya,3 t\n")
    path = company("opening_stock: ./stock.csv\n")
    assert prepare(path).positions[0].opening == pytest.approx(3.0)  # in place of a tenth of 120 t
    Path("nation.yaml").write_text(
        NATION.replace(
            "opening_stock: {dy: {material: dy, site: nagoya, quantity: 120 t}}", "opening_stock: ./stock.csv"
        )
    )
    assert prepare(company()).positions[0].opening == pytest.approx(0.3)


def test_own_says_what_a_place_cannot() -> None:
    """An entry is as it says in so many words, and the caveats tell where that is not what its place says."""
    Path("nation.yaml").write_text(NATION.replace("need: {value", "own: true, need: {value"))
    text = "opening_stock: {quota: {material: dy, site: nagoya, quantity: 40 t, own: false}}\n"
    case = prepare(company(text))
    assert case.demands[0].need[0] == pytest.approx(100.0)
    assert case.positions[0].opening == pytest.approx(12.0 + 4.0)
    told = case.scenario.caveats
    assert "not scaled" in told["size and demand.magnets.need"].text
    assert "scaled, as it says" in told["size and opening_stock.quota.quantity"].text
    agreed = prepare(company("opening_stock: {ours: {material: dy, site: nagoya, quantity: 4 t, own: true}}\n"))
    assert agreed.positions[0].opening == pytest.approx(4.0)
    assert "size and opening_stock.ours.quantity" not in agreed.scenario.caveats


def test_a_future_takes_over_an_inherited_change_and_types_its_own() -> None:
    """January 2027-03: the change of the nation, 40 t, is 4 t here; in the future that states 9 t it is 9 t."""
    text = (
        "futures:\n  as now: {probability: 0.5, changes: {boom: {from: 2027-02}}}\n"
        "  more: {probability: 0.5, changes: {boom: {plus: 9 t/month}}}\n"
    )
    futures = {future.name: future for future in prepare(company(text)).futures}
    amounts = {name: future.changes[0].amount["magnets"][0] for name, future in futures.items()}
    assert amounts == pytest.approx({"as now": 4.0, "more": 9.0})


def test_changes_of_the_nations_own_futures_are_scaled_too() -> None:
    """In futures, in risks and in the states of a chain; `times` is a factor wherever it stands."""
    boom = "boom: {where: {material: dy}, field: need, plus: 40 t/month}"
    half = "half: {where: {material: dy}, field: need, times: 0.5}"
    both = f"changes: {{{boom}, {half}}}"
    for text in (
        f"futures: {{a: {{probability: 1, {both}}}}}\n",
        f"risks: {{r: {{a: {{probability: 1, {both}}}}}}}\n",
        f"regimes: {{states: {{a: {{{both}}}}}, initial: a}}\nsample: {{count: 4, keep: 1}}\n",
    ):
        Path("nation.yaml").write_text(NATION.partition("changes:")[0] + text)
        changes = {change.name: change for change in prepare(company()).futures[0].changes}
        assert changes["boom"].amount["magnets"][0] == pytest.approx(4.0)
        assert changes["half"].factor == 0.5


def test_it_says_what_it_scaled_and_what_not() -> None:
    (sentence,) = [
        text for text in prepare(company("demand: {magnets: {need: 7 t/month}}\n")).notices if "size" in text
    ]
    assert sentence.startswith("size 0.1 scaled what is inherited: ")
    assert "volumes for sale (2)" in sentence
    assert "need of magnets stand as typed" in sentence
    (alone,) = [text for text in prepare({**document("nation.yaml").value, "size": 0.1}).notices if "size" in text]
    assert alone.startswith("size 0.1 scales nothing")
    assert not [text for text in prepare("nation.yaml").notices if "size" in text]


def test_what_scales_nothing_is_the_nation() -> None:
    assert need({**document("nation.yaml").value, "size": 0.1}) == pytest.approx(100.0)


def test_every_table_gives_the_companys_number_with_the_nations_beside(capsys: pytest.CaptureFixture[str]) -> None:
    plan = sourcing.solve(company("offers: {lynas dy: {committed: 2 t/month}}\n"))
    row = plan.inputs.set_index("input").loc["demand.magnets.need"]
    assert (row["value"], row["low"], row["high"], row["unit"]) == pytest.approx((10.0, 8.0, 12.0, "t/month"))
    assert row["title"].endswith("(10 % of 100 t/month)")
    bar = sourcing.tornado("company.yaml", inputs=["demand.magnets.need"]).bars.iloc[0]
    assert (bar["low"], bar["value"], bar["high"]) == pytest.approx((8.0, 10.0, 12.0))
    assert bar["title"].endswith("(10 % of 100 t/month)")
    with pytest.raises(SystemExit):
        main(["show", "company.yaml"])
    lines = capsys.readouterr().out.splitlines()
    assert (
        "nation.yaml:15: demand.magnets.need: 10 t/month (low 8 t/month, high 12 t/month)  [10 % of 100 t/month]"
        in lines
    )
    assert "company.yaml:3: offers.'lynas dy'.committed: 2 t/month" in lines


def test_a_sweep_varies_the_companys_number() -> None:
    """All at 2 t a month, and at 4: without stock and orders on their way each month costs as much again."""
    text = "opening_stock: {dy: null}\nopen_orders: {ship: null}\nchanges: {boom: null}\ncontracts: {offtake: null}\n"
    table = sourcing.sweep(company(text), ["demand.magnets.need=2, 4 t/month"]).points
    # 4 months of 2 t at 300 USD/kg, all from south, which lets a tenth of 200 t go
    assert list(table["expected_cost"]) == pytest.approx([4 * 2 * 300e3, 4 * 4 * 300e3], rel=1e-6)


def test_steps_between_two_files_scale_each_number_as_its_own_file_does() -> None:
    before = document(company("demand: {magnets: {need: 7 t/month}}\n"))
    Path("middle.yaml").write_text("extends: ./nation.yaml\ntitle: middle\n")
    Path("later.yaml").write_text("extends: ./middle.yaml\nsize: 0.1\nopening_stock: {dy: {quantity: 5 t}}\n")
    steps = list(input_steps(before, document("later.yaml")))
    first = prepare(steps[0].document)
    assert steps[0].name == "stock on hand"
    assert (first.positions[0].opening, first.demands[0].need[0]) == pytest.approx((5.0, 7.0))
    last = prepare(steps[-1].document)
    assert (last.positions[0].opening, last.demands[0].need[0]) == pytest.approx((5.0, 10.0))


def test_the_trap_of_a_company_that_types_its_own_need() -> None:
    """Need, quote and stock are the company's: 16.9 % of the need is unmet, 84 % in the worst month."""
    source = {
        "extends": "japan",
        "size": 0.05,
        "scope": {"material": ["ndfeb-magnet"]},
        "horizon": {"start": "2027-01", "periods": 12},
        "suppliers": {"proterial": {"country": "Japan"}},
        "offers": {
            "our quote": {
                "supplier": "proterial",
                "material": "ndfeb-magnet",
                "price": "18500 JPY/kg",
                "nameplate": "8 t/month",
                "to_border": "14 weeks",
            }
        },
        "demand": {
            "imported high-temperature magnets": None,
            "EV platform X1": {
                "site": "japan",
                "end_use": "automotive",
                "material": "ndfeb-magnet",
                "need": "10 t/month",
                "shortage": {"line stop": {"cost": "4200 USD/kg"}},
            },
        },
        "opening_stock": {"ours": {"material": "ndfeb-magnet", "site": "japan", "quantity": "12.5 t"}},
        "futures": {"as now": {"probability": 1}},
    }
    measures = sourcing.solve(source).baseline.set_index(["subject", "measure"])["plan"]
    assert measures["EV platform X1", "expected share of need unmet"] == pytest.approx(0.169, abs=5e-4)
    assert measures["EV platform X1", "worst period, share unmet"] == pytest.approx(0.84, abs=5e-3)
