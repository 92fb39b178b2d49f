"""`sourcing data`: tables, picked rows, prices converted step by step; prices that are too old are named."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sourcing.advice.caveats import aged
from sourcing.case import resolve
from sourcing.cli import main
from sourcing.facts import datasets
from sourcing.facts.metal_content import content
from sourcing.facts.price_conversion import CurrencyRates, MassBasis, TaxBasis, convert
from sourcing.pipeline import source
from sourcing.units import UnitError

RATES = CurrencyRates("USD", {"CNY": 0.14, "JPY": 0.0065}, "a test")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["data", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


def price(**cells: object) -> pd.Series:
    """A row of prices: 1130 CNY/kg with tax, dysprosium oxide, domestic."""
    usual = {"material": "dysprosium-oxide", "form": "oxide", "price": 1130.0, "currency": "CNY", "unit": "kg"}
    return pd.Series({**usual, "vat": "13 percent included", "series": "cn-domestic", **cells})


# The command ----------------------------------------------------------------------------------------------------------


def test_without_a_table_it_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--format", "json")
    listed = {entry["table"]: entry for entry in json.loads(out)}
    assert code == 0
    assert tuple(listed) == datasets.tables()
    assert listed["prices"]["rows"] == len(datasets.read("prices"))
    assert listed["prices"]["newest"] >= "2026-02"
    assert "must not be mixed" in listed["prices"]["holds"]


def test_rows_are_picked_by_columns(capsys: pytest.CaptureFixture[str]) -> None:
    picks = ("--where", "material=dysprosium-oxide", "--where", "series=fob-china")
    code, out, _ = run(capsys, "prices", *picks, "--columns", "id,price", "--format", "csv")
    lines = out.splitlines()
    frame = datasets.read("prices")
    wanted = frame[(frame["material"] == "dysprosium-oxide") & (frame["series"] == "fob-china")]
    assert code == 0
    assert lines[0] == "id,price"
    assert "prc-0284,291.0" in lines
    assert len(lines) == 1 + len(wanted)


def test_the_screen_fits_and_says_what_it_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "prices", "--where", "id=prc-0284", "--where", "id=prc-0292")
    assert "prices: 2 rows" in out
    assert "also: " in out
    assert "source" in out
    assert max(map(len, out.splitlines())) <= 118


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("price",), "price: no such table; did you mean prices?"),
        (("prices", "--columns", "pric"), "prices: there is no column 'pric'; did you mean price"),
        (("prices", "--where", "materal=x"), "prices: there is no column 'materal'; did you mean material"),
        (("prices", "--where", "series=fob"), "prices.series: no row has 'fob'; did you mean fob-china"),
        (("prices", "--where", "series"), "--where: 'series' is no COLUMN=VALUE"),
        (
            ("prices", "--where", "material=gallium", "--where", "series=fob-china"),
            "no row has series 'fob-china' toge",
        ),
        (("materials", "--convert", "USD/kg"), "materials: only prices are converted"),
        (("prices", "--convert", "kg"), "--convert: '1 kg' is a mass, a price is wanted"),
        (("prices", "--convert", "KRW/kg"), "--convert: rates of japan"),
        (("prices", "--convert", "USD/kg", "--rates", "jpan"), "there is no model 'jpan'; near: japan"),
    ],
)
def test_what_is_unknown_is_named_with_the_near_ones(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_a_converted_price_stands_beside_the_published_one(capsys: pytest.CaptureFixture[str]) -> None:
    # 1330 CNY/kg with 13 % tax is 1177.0 without, at 0.1433 USD 168.66 USD/kg: domestic, far below FOB 291.
    code, out, _ = run(
        capsys, "prices", "--where", "id=prc-0234", "--where", "id=prc-0284", "--convert", "USD/kg", "--format", "json"
    )
    domestic, export = json.loads(out)
    assert code == 0
    assert (domestic["price"], domestic["converted"], domestic["converted_unit"]) == (1330, 168.663, "USD/kg")
    assert domestic["steps"].startswith("/ 1.13 takes 13 % VAT out = 1176.99; x 0.1433 USD for 1 CNY (rates of japan")
    assert (domestic["series"], export["series"]) == ("cn-domestic", "fob-china")
    assert (export["converted"], export["steps"]) == (291, "as published")


def test_series_that_stand_together_are_said_to_differ(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "prices", "--where", "id=prc-0234", "--where", "id=prc-0284", "--convert", "USD/kg")
    assert "cn-domestic, fob-china: different series, not to be mixed" in out


def test_every_price_converts_or_says_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "prices", "--convert", "USD/kg", "--format", "json")
    rows = json.loads(out)
    refused = [row for row in rows if row["converted"] is None]
    assert code == 0
    assert all(row["steps"].startswith("not converted: ") for row in refused)
    assert 0 < len(refused) < 10  # those whose tax is not stated, and a ratio


def test_the_metal_in_it_and_tax_kept(capsys: pytest.CaptureFixture[str]) -> None:
    picked = ("prices", "--where", "id=prc-0234", "--convert", "CNY/kg", "--format", "json")
    _, out, _ = run(capsys, *picked, "--tax", "included", "--basis", "metal")
    (row,) = json.loads(out)
    assert (row["converted"], row["converted_unit"]) == (1526.98, "CNY/kg of Dy contained")  # 1330 / 0.871
    assert row["tax"] == "included"


def test_rates_of_a_file_that_are_no_numbers_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("rates: {CNY: much, JPY: {low: 1}, EUR: 0}\n", encoding="utf-8")
    code, _, err = run(capsys, "prices", "--convert", "USD/kg", "--rates", str(file))
    assert code == 2
    assert [line.partition("rates.")[2][:3] for line in err.splitlines()] == ["CNY", "JPY", "EUR"]


# The arithmetic -------------------------------------------------------------------------------------------------------


def test_tax_is_taken_out_before_the_currency_changes() -> None:
    found = convert(price(), "USD/kg", RATES)
    assert found.price == pytest.approx(1130 / 1.13 * 0.14)
    assert found.steps == ("/ 1.13 takes 13 % VAT out = 1000", "x 0.14 USD for 1 CNY (a test) = 140")
    assert (found.series, found.tax) == ("cn-domestic", TaxBasis.EXCLUDED)
    kept = convert(price(), "USD/kg", RATES, TaxBasis.INCLUDED)
    assert kept.price == pytest.approx(1130 * 0.14)
    assert kept.tax is TaxBasis.INCLUDED


def test_pounds_and_tonnes() -> None:
    usual = {"currency": "USD", "vat": "", "series": "ex-china-delivered", "material": "antimony"}
    assert convert(price(**usual, price=10.0, unit="lb"), "USD/kg", RATES).price == pytest.approx(22.0462262)
    assert convert(price(**usual, price=25000.0, unit="t"), "USD/kg", RATES).price == pytest.approx(25)
    assert convert(price(**usual, price=25.0, unit="kg"), "USD/t", RATES).price == pytest.approx(25000)


def test_a_metric_ton_unit_is_ten_kilograms_of_trioxide() -> None:
    # 400 USD/mtu is 40 USD for a kg of WO3, of which 183.84 / 231.837 = 0.79297 is tungsten: 50.44 USD.
    row = price(material="tungsten", form="APT", price=400.0, currency="USD", unit="mtu WO3", vat="")
    as_traded, metal = convert(row, "USD/kg", RATES), convert(row, "USD/kg", RATES, basis=MassBasis.METAL)
    assert (as_traded.price, as_traded.of) == (pytest.approx(40), "WO3")
    assert (metal.price, metal.of) == (pytest.approx(50.443, abs=1e-3), "W contained")
    assert "atomic weights W 183.84" in metal.steps[-1]


def test_contained_niobium_becomes_ferroniobium_only_where_the_grade_is_said() -> None:
    usual = {"material": "ferroniobium", "price": 26.0, "currency": "USD", "unit": "kg Nb", "vat": ""}
    said, silent = (convert(price(**usual, form=form), "USD/kg", RATES) for form in ("65 percent Nb", "ferroniobium"))
    assert (said.price, said.of) == (pytest.approx(16.9), "")
    assert (silent.price, silent.of) == (26, "Nb")
    metal = convert(price(**usual, form="ferroniobium"), "USD/kg", RATES, basis=MassBasis.METAL)
    assert (metal.price, metal.of) == (26, "Nb contained")


def test_oxide_and_metal_by_the_row_of_composition() -> None:
    row = price(price=291.0, currency="USD", vat="", series="fob-china")
    metal = convert(row, "USD/kg", RATES, basis=MassBasis.METAL)
    assert metal.price == pytest.approx(291 / 0.871)
    assert metal.of == "Dy contained"
    assert "composition/yield-oxide-to-metal-dy2o3" in metal.steps[-1]
    back = convert(
        price(material="dysprosium-metal", form="metal", currency="USD", vat=""), "USD/kg", RATES, basis=MassBasis.OXIDE
    )
    assert back.price == pytest.approx(1130 * 0.871)


def test_factors_computed_agree_with_the_table() -> None:
    # The table rounds to three digits; the weights of a computed one are those of the periodic table.
    for name, share in {"dysprosium": 325 / 373, "neodymium": 288.48 / 336.48, "gadolinium": 314.498 / 362.495}.items():
        known = content(name)
        assert known
        assert known.metal == pytest.approx(share, abs=5e-4)
    assert content("graphite-anode") is None


@pytest.mark.parametrize(
    ("cells", "options", "cause"),
    [
        ({"vat": "not stated"}, {}, "whether tax is in the price is not stated"),
        ({"vat": ""}, {"tax": TaxBasis.INCLUDED}, "there is no tax in the price to be kept"),
        ({"currency": "AUD"}, {}, "no rate from AUD to USD"),
        ({"currency": "", "unit": "x"}, {}, "'x' is no price"),
        ({"material": "graphite-anode"}, {"basis": MassBasis.METAL}, "no factor between oxide and metal"),
        (
            {"material": "antimony", "form": "ingot"},
            {"basis": MassBasis.OXIDE},
            "whether 'ingot' is oxide or metal is not",
        ),
    ],
)
def test_nothing_is_guessed(cells: dict[str, object], options: dict[str, object], cause: str) -> None:
    with pytest.raises(UnitError) as refused:
        convert(price(**cells), "USD/kg", RATES, **options)  # type: ignore[arg-type]
    assert cause in refused.value.cause


# Age ------------------------------------------------------------------------------------------------------------------


def test_a_price_older_than_the_model_allows_is_named(tmp_path: Path) -> None:
    # prices/prc-0284 is of 2026-01-16: more than ten months before the first period.
    file = tmp_path / "mine.yaml"
    file.write_text("extends: japan\n", encoding="utf-8")
    old = list(aged(resolve(source.load(file))))  # japan allows 12 months; yttrium and antimony are of 2025
    assert [row for row in ("prc-0299", "prc-0305") if not any(row in line for line in old)] == []
    assert not any("prc-0284" in line for line in old)
    sentences = list(aged(resolve(source.load(file, ("price_age=10 months",)))))
    assert any(
        "south dy, " in line and " months old (prices/prc-0284, as of 2026-01-16), older than 10 months" in line
        for line in sentences
    )


def test_age_counts_at_as_of_with_the_row_then_known(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("extends: japan\nas_of: 2026-01-20\nprice_age: 3 months\n", encoding="utf-8")
    sentences = list(aged(resolve(source.load(file))))
    assert sentences
    assert not any("prc-0284" in line for line in sentences)
