"""Every number of a shipped importer model has a row of data/ that it equals, or says why it is assumed."""

import datetime as dt
import functools
import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import sourcing
from sourcing import files, library, scenario, units
from sourcing.case import Case, resolve
from sourcing.facts import datasets
from sourcing.units import ParsedQuantity, QuantityKind

TEXTS = {"title", "description", "importer", "note", "reason", "source", "status", "left_out", "caveats"}
PLAIN = (r"horizon\.periods", r"size", r"risk\.(tail|weight)", r"demand\.[^.]+\.materials\.[^.]+")
DEFAULTS = {"prices": "price", "imports": "value", "shortage_costs": "lost_margin_usd_per_kg", "stockpiles": "quantity"}
DEFAULTS |= {"investments": "amount", "composition": "value"}
WORDS = {"yr": "year", "percent per year": "%/year", "percent ad valorem": "%", "USD million": "million USD"}
WORDS |= {"USD/kg NdPr": "USD/kg", "days of use": "days", "calendar days": "days", "fraction": "", "share": ""}

NUMBER = re.compile(r"[-+]?[\d.]+(e[-+]?\d+)?\s*([%a-zA-Z].*)?")

each_model = pytest.mark.parametrize("name", library.model_names())


@functools.cache
def document(name: str) -> dict[str, Any]:
    return files.load(library.models() / f"{name}.yaml").value


@functools.cache
def case(name: str) -> Case:
    return resolve(scenario.validate(files.load(library.models() / f"{name}.yaml")))


# Walking a document ---------------------------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every value that is a quantity, or looks like one, with its path; a quantity in the long form counts once."""
    if path and path[-1] in TEXTS:
        return
    if isinstance(value, dict) and is_quantity(value):
        yield ".".join(path), value
    elif isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*path, str(key)))
    elif not isinstance(value, bool | None) and NUMBER.fullmatch(str(value).strip()):
        yield ".".join(path), value


def is_quantity(value: dict[str, Any]) -> bool:
    """{value: 95 USD/kg, row: ...}, not {value: {value: 0.05, row: ...}, reason: ...}."""
    return "value" in value and not isinstance(value["value"], dict)


def quantities(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((path, value) for path, value in leaves(document(name)) if isinstance(value, dict))


def references(value: Any) -> Iterator[str]:
    """Every `row:` of a document, of quantities and of whole parts."""
    if isinstance(value, dict):
        yield from [value["row"]] if isinstance(value.get("row"), str) else []
        yield from (found for part in value.values() for found in references(part))


# Rows as quantities ---------------------------------------------------------------------------------------------------


def cell(reference: str) -> tuple[float, str]:
    """Number and unit of `table/id` or `table/id.column`, the unit in the words of sourcing.units."""
    table, _, rest = reference.partition("/")
    identity, _, column = rest.partition(".")
    row, column = datasets.row(f"{table}/{identity}"), column or DEFAULTS[table]
    per_year = "/year" if table == "imports" and row.get("metric") == "working_consumption" else ""
    unit = {
        "price": lambda: f"{row['currency']}/{row['unit']}",
        "lost_margin_usd_per_kg": lambda: "USD/kg",
        "capacity": lambda: row["capacity_unit"],
        "rule_value": lambda: row["rule_unit"],
        "observed_days": lambda: row["observed_unit"],
        "statutory_days": lambda: row["statutory_unit"],
        "flow_ratio": lambda: "",
        "china_link": lambda: "",
        "expected_2027": lambda: row["expected_unit"],
        "expected_2028": lambda: row["expected_unit"],
        "amount": lambda: row["amount_unit"],
        "low": lambda: row["amount_unit"] if table == "investments" else row["unit"],
        "high": lambda: row["amount_unit"] if table == "investments" else row["unit"],
    }.get(column, lambda: "days" if "_days_" in column else row["unit"])()
    return float(row[column]), words(unit) + per_year


def words(unit: str) -> str:
    """
    >>> words("t/yr")
    't/year'
    """
    return WORDS.get(unit) or "/".join(WORDS.get(part, part) for part in WORDS.get(unit, unit).split("/"))


def measure(text: Any) -> ParsedQuantity:
    """A quantity of whatever kind its unit says."""
    for kind in QuantityKind:
        try:
            return units.parse(text, kind)
        except units.UnitError:
            continue
    raise AssertionError(f"{text!r} is no quantity")


def amount(found: ParsedQuantity, rates: dict[str, float]) -> float:
    """A number that can be compared: kg, days, money of the model, per year."""
    money = rates[found.currency] if found.currency else 1.0
    if found.kind is QuantityKind.DURATION:
        return units.days(found)
    if found.time:
        return money * units.per_period(found, dt.date(2027, 1, 1), dt.date(2028, 1, 1))
    return money * found.number


def rates(name: str) -> dict[str, float]:
    stated = document(name).get("rates", {})
    return {document(name).get("currency", "USD"): 1.0} | {
        currency: float(rate["value"]) for currency, rate in stated.items()
    }


def test_a_row_is_read_with_its_unit() -> None:
    assert cell("suppliers/lynas-kuantan-ndpr.expected_2027") == (7500, "t/year")
    assert cell("licensing/lic-019.statutory_days") == (45, "working days")
    assert cell("investments/inv-qualification-cost-per-part-number") == (0.5, "million USD")


def test_a_value_is_compared_after_conversion() -> None:
    """12 t a month is 144 t a year; 0.2 percent off is the same, 2 percent off is not."""
    assert amount(measure("12 t/month"), {}) == pytest.approx(amount(measure("144.2 t/year"), {}), rel=0.005)
    assert amount(measure("12 t/month"), {}) != pytest.approx(amount(measure("147 t/year"), {}), rel=0.005)
    assert amount(measure("100 CNY/kg"), {"CNY": 0.14}) == pytest.approx(14)


def test_a_bare_number_would_be_found() -> None:
    """The walk below is live: plain numbers and plain quantities are leaves, dates and words are not."""
    text = {"offers": {"one": {"price": "95 USD/kg", "from": "2027-04", "note": "12 t", "yield": 0.9, "tags": ["a"]}}}
    assert dict(leaves(text)) == {"offers.one.price": "95 USD/kg", "offers.one.yield": 0.9}


# Every model ----------------------------------------------------------------------------------------------------------


@each_model
def test_it_validates_and_resolves(name: str) -> None:
    """Whole and solvable by itself: no future of its own, nothing that resolve had to leave out."""
    assert case(name).notices == ()
    assert [future.probability for future in case(name).futures] == [1.0]
    assert not document(name).get("futures")


@each_model
def test_every_number_has_a_row_or_an_assumption(name: str) -> None:
    bare = [path for path, value in leaves(document(name)) if not isinstance(value, dict)]
    assert [path for path in bare if not any(re.fullmatch(plain, path) for plain in PLAIN)] == []
    assert [path for path, value in quantities(name) if bool(value.get("row")) == bool(value.get("assumption"))] == []
    assert [path for path, value in quantities(name) if len(value.get("assumption", "long enough")) < 5] == []


@each_model
def test_every_row_equals_its_value(name: str) -> None:
    wrong = []
    for path, value in quantities(name):
        if "row" in value:
            number, unit = cell(value["row"])
            stated = measure(value["value"])
            found = units.parse(f"{number} {unit}".strip(), stated.kind)
            if amount(stated, rates(name)) != pytest.approx(amount(found, rates(name)), rel=0.005):
                wrong.append(f"{path}: {value['value']} is not {number} {unit} of {value['row']}")
    assert wrong == []


@each_model
def test_every_row_named_exists(name: str) -> None:
    """Also those of suppliers and restrictions, and those that texts mention."""
    for reference in references(document(name)):
        datasets.row(reference.partition(".")[0])
    text = (library.models() / f"{name}.yaml").read_text(encoding="utf-8")
    for reference in set(re.findall(rf"\b(?:{'|'.join(datasets.tables())})/[a-z0-9][a-z0-9-]*[a-z0-9]", text)):
        datasets.row(reference)


@each_model
def test_names_are_those_of_the_data(name: str) -> None:
    known = set(datasets.read("materials")["id"])
    assert set(document(name)["materials"]) <= known
    for reference in (part["row"] for part in document(name)["suppliers"].values() if "row" in part):
        assert reference.startswith("suppliers/")


@each_model
def test_what_is_left_out_is_named_with_its_reason(name: str) -> None:
    left_out = document(name)["left_out"]
    assert left_out
    assert all(len(reason if isinstance(reason, str) else reason["text"]) > 20 for reason in left_out.values())
    assert not set(left_out) & set(document(name)["materials"])
    offered = {offer["material"] for offer in document(name)["offers"].values()}
    assert offered == set(document(name)["materials"])


@each_model
def test_official_text_and_observed_practice_stand_apart(name: str) -> None:
    stated = document(name)["restrictions"]
    assert {"official", "observed"} <= {part["basis"] for part in stated.values()}
    assert [key for key, part in stated.items() if not part.get("source")] == []
    assert [key for key, part in stated.items() if "until" in part] == []


@each_model
def test_every_offer_reaches_a_site_and_links_have_reasons(name: str) -> None:
    assert {lane.offer for lane in case(name).lanes} == set(document(name)["offers"])
    for offer in document(name)["offers"].values():
        assert offer.get("china_link", {"reason": "none"})["reason"]
        chinese = document(name)["suppliers"][offer["supplier"]]["country"] == "China"
        assert not (chinese and "china_link" in offer)
        assert not chinese or {"licensable", "deposit"} <= set(offer)


@each_model
def test_steps_of_shortage_cost_more_than_the_dearest_ordinary_price(name: str) -> None:
    """Else the plan would never buy: a margin is lost, but the price is saved."""
    offers = case(name).offers
    cheapest = {m: min(offer.price[0] for offer in offers if offer.material == m) for m in case(name).unit}
    for demand in case(name).demands:
        content = sum(ratio * cheapest[material] for material, ratio in demand.proportions)
        assert demand.steps[0].cost[0] > content, demand.name
        assert all(np.diff([step.cost[0] for step in demand.steps]) > 0), demand.name


@each_model
def test_it_is_small(name: str) -> None:
    """A handful of offers a material and two years of months: a node problem of hundreds of rows, not thousands."""
    assert case(name).calendar.planned <= 24
    assert case(name).calendar.beyond == 12
    assert len(case(name).offers) <= min(8 * len(document(name)["materials"]), 100)
    assert len(case(name).positions) <= 16
    assert case(name).scenario.size == 1


@each_model
def test_it_solves_with_a_full_ban_as_a_second_future(name: str) -> None:
    """Whole, within a minute of CPU: a ban costs, nothing comes while it lasts, the plan beats what is done today."""
    ban = {"where": {"origin": "China"}, "from": "2027-05", "until": "2028-06", "approval": 0, "links": True}
    futures = {
        "as now": {"probability": 0.75},
        "full ban": {"probability": 0.25, "restrictions": {"export ban": {**ban, "price_elsewhere": 1.5}}},
    }
    begun = time.process_time()
    found = sourcing.solve({"extends": name, "futures": futures})
    assert time.process_time() - begun < 60
    assert found.status == "optimal"
    cost = found.futures.set_index("future")["cost"]
    assert cost["full ban"] > cost["as now"]
    expected = found.baseline[found.baseline["subject"] == "cost"].set_index("measure").loc["expected"]
    assert expected["plan"] < expected["baseline"]
    rows = found.arrivals
    late = rows[
        (rows["future"] == "full ban") & rows["period"].between("2027-09", "2028-06") & (rows["country"] == "China")
    ]
    assert late["quantity"].sum() < 1e-6  # two months past the border, then nothing


# Japan ----------------------------------------------------------------------------------------------------------------


def test_both_importers_hold_every_material_that_the_data_can_carry() -> None:
    """Sixteen: rare earths of magnets, samarium and yttrium, minor metals, what batteries and steel need."""
    assert set(document("japan")["materials"]) == set(document("united_states")["materials"])
    assert len(document("japan")["materials"]) == 16


def test_japan_needs_what_it_consumes() -> None:
    """Oxides of the demand lines add up to working consumption; imported magnets are their own lines."""
    need: Counter[str] = Counter()
    for demand in case("japan").demands:
        for material, ratio in demand.proportions:
            need[material] += ratio * demand.need[:12].sum()
    assert need["ndpr-oxide"] == pytest.approx(datasets.row("imports/imp-0353")["value"], rel=0.005)
    assert need["dysprosium-oxide"] == pytest.approx(datasets.row("imports/imp-0350")["value"], rel=0.005)
    assert need["terbium-oxide"] == pytest.approx(datasets.row("imports/imp-0351")["value"], rel=0.005)
    rows = {"gallium": "0357", "germanium": "0358", "antimony": "0359", "tungsten": "0360", "graphite-anode": "0361"}
    rows |= {"cobalt": "0362", "nickel-class1": "0363", "ferroniobium": "0365", "yttrium-oxide": "0354"}
    for material, row in rows.items():
        kg = 0.001 if case("japan").unit[material] == "kg" else 1
        assert kg * need[material] == pytest.approx(datasets.row(f"imports/imp-{row}")["value"], rel=0.005), material
    # Samarium as oxide and in imported magnets: the magnets of the row hold the oxide of the other row.
    share = need["smco-magnet"] / datasets.row("imports/imp-0356")["value"]
    oxide = need["samarium-oxide"] / datasets.row("imports/imp-0355")["value"]
    assert share + oxide == pytest.approx(1, abs=0.01)
    imported = need["ndfeb-magnet"] + need["ndfeb-magnet-hrefree"]
    assert 12 * 226 <= imported <= 12 * datasets.row("imports/imp-0327")["value"] + 2000  # China, then Hai Phong


def test_japan_cannot_replace_chinese_heavies_in_2027() -> None:
    """NdPr outside China covers the need (JARE); Dy is under half of it in 2027 and Tb under a third; in 2028, if the
    ramps come, both are about enough."""
    shares = {}
    for material in ("ndpr-oxide", "dysprosium-oxide", "terbium-oxide"):
        need = sum(dict(demand.proportions).get(material, 0) * demand.need for demand in case("japan").demands)
        offers = [offer for offer in case("japan").offers if offer.material == material and offer.origin != "China"]
        available = sum(offer.available for offer in offers)
        shares[material] = (available[:12].sum() / need[:12].sum(), available[12:24].sum() / need[12:24].sum())
    assert min(shares["ndpr-oxide"]) > 1
    assert shares["dysprosium-oxide"] == pytest.approx((0.44, 1.48), abs=0.03)
    assert shares["terbium-oxide"] == pytest.approx((0.28, 0.91), abs=0.03)


def test_japan_mentions_every_supplier_of_its_materials() -> None:
    """A plant of the tables is an offer, part of one, or named under left_out: never forgotten silently."""
    text = (library.models() / "japan.yaml").read_text(encoding="utf-8")
    groups = datasets.read("materials").set_index("id")["maps_to"]
    ours = set(document("japan")["materials"])
    for _, row in datasets.read("suppliers").iterrows():
        if row["material"] in ours or (set(groups[row["material"]].split(";")) & ours and row["stage"] == "separated"):
            assert row["id"] in text, row["id"]


def test_japan_halt_is_observed_and_aimed_at_japan() -> None:
    halt = document("japan")["restrictions"]["observed halt"]
    assert halt["basis"] == "observed"
    assert halt["targets"] == ["Japan"]
    assert {offer.origin for offer in case("japan").offers if offer.name in halted()} == {"China"}
    assert {case("japan").offer[name].material for name in halted()} == {
        "dysprosium-oxide",
        "terbium-oxide",
        "ndfeb-magnet",
        "samarium-oxide",
        "smco-magnet",
        "yttrium-oxide",
        "germanium",
        "tungsten",
    }


def test_japan_buys_like_today_when_nothing_is_restricted() -> None:
    """Minor metals: the mix of trade before the halt, a little more from China, which is cheaper; nothing is missing
    but what the first months cannot make up for."""
    whole = document("japan")
    lifted = {
        "restrictions": dict.fromkeys(whole["restrictions"]),
        "stock": {name: {"cover": {"release": {"basis": "assumed"}}} for name in whole["stock"]},
    }
    minor = [
        material for material, part in whole["materials"].items() if part["stage"] in ("metal", "chemical", "alloy")
    ]
    found = sourcing.solve({"extends": "japan", "scope": {"material": [*minor, "yttrium-oxide"]}, **lifted})
    bought = found.supplier_mix.set_index("offer")["share"]
    for material in minor:
        mix = {
            offer: float(part["value"].removesuffix(" %")) / 100
            for offer, part in whole["baseline"]["mix"][material].items()
        }
        assert bought[max(mix, key=mix.__getitem__)] == max(bought[bought.index.isin(mix)]), material
        assert all(bought.get(offer, 0.0) == pytest.approx(part, abs=0.14) for offer, part in mix.items()), material
    unmet = found.futures.filter(like="unmet").iloc[0]
    assert max(unmet) < 0.02


def halted() -> tuple[str, ...]:
    (future,) = case("japan").futures
    return next(measure.offers for measure in future.restrictions if measure.name == "observed halt")


# United States --------------------------------------------------------------------------------------------------------


def test_united_states_needs_what_it_consumes() -> None:
    """Lines by end use add up to working consumption, where a material is bought as such (kg; t of the rows x 1000)."""
    rows = {"gallium": "0377", "germanium": "0378", "antimony": "0379", "tungsten": "0380", "graphite-anode": "0381"}
    rows |= {"cobalt": "0383", "nickel-class1": "0384", "ferroniobium": "0385", "yttrium-oxide": "0374"}
    need: Counter[str] = Counter()
    unit = case("united_states").unit
    for demand in case("united_states").demands:
        for material, ratio in demand.proportions:
            need[material] += ratio * demand.need[:12].sum() * (0.001 if unit[material] == "kg" else 1)
    for material, row in rows.items():
        assert need[material] == pytest.approx(datasets.row(f"imports/imp-{row}")["value"], rel=0.005), material


def test_united_states_ban_is_not_in_force_at_the_start() -> None:
    """Suspended to 2026-11-27: gallium, germanium and antimony still come, less on paper what military users need."""
    stated = document("united_states")["restrictions"]
    assert all(part.get("approval", {"value": 1})["value"] not in (0, "0 %") for part in stated.values())
    official = {key for key, part in stated.items() if part["basis"] == "official" and "approval" in part}
    assert {"no military users of germanium", "no military users of antimony"} <= official


def test_united_states_mentions_every_supplier_of_its_materials() -> None:
    """Mines that sell no traded form and groups are left to the rows that sell."""
    text = (library.models() / "united_states.yaml").read_text(encoding="utf-8")
    ours = set(document("united_states")["materials"])
    missing = {row["id"] for _, row in datasets.read("suppliers").iterrows() if row["material"] in ours} - {
        identity for identity in datasets.read("suppliers")["id"] if identity in text
    }
    assert missing == set()
