"""Tables as companies have them: CP932, Japanese headings, full-width digits, eras, fiscal years, units."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sourcing import files
from sourcing.case import resolve
from sourcing.case.delivery_terms import conversions
from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.pipeline import source
from tests.checkout import EXAMPLES

STOCK = """\
品名,拠点,数量,単位,状態,棚卸日
酸化ジスプロシウム,東京,３．１,トン,良品,令和9年4月
ＮｄＰｒ酸化物,東京,"１２，３４５",kg,担保,令和9年4月
"""
LAYOUT = """\
columns: {品名: material, 拠点: site, 数量: quantity, 単位: unit, 状態: status, 棚卸日: null}
values:
  material: {酸化ジスプロシウム: dysprosium-oxide, NdPr酸化物: ndpr-oxide}
  site: {東京: japan}
  status: {良品: usable, 担保: pledged}
  unit: {トン: t}
thousands: ','
"""
SMALL = """\
horizon: {start: 2027-01, periods: 4}
rates: {JPY: 0.0065, CNY: 0.14}
materials: {dysprosium-oxide: {unit: kg}, dysprosium-metal: {unit: kg, stage: metal}, ndfeb-magnet: {stage: component}}
sites: {japan: {country: Japan}}
suppliers: {lynas: {country: Malaysia}}
offers: OFFERS
lanes: {to japan: {where: {material: dysprosium-oxide}, site: japan, freight: 2 %, duty: 1 %}}
demand: {motors: {material: dysprosium-oxide, site: japan, need: 1 t/month, shortage: {lost: {cost: 2000 USD/kg}}}}
"""

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def _write(name: str, text: str, encoding: str = "utf-8") -> Path:
        (tmp_path / name).write_text(text, encoding=encoding)
        return Path(name)

    return _write


def stock(write: Write, reference: str = "./zaiko.csv") -> dict[str, Any]:
    """The document of a file with such a table; its lines are the importer's own, which is not what is tested here."""
    value = files.load(write("a.yaml", f"opening_stock: {reference}\n")).value
    for record in value["opening_stock"].values():
        assert record.pop("own") is True
    return value


def refused(write: Write, reference: str = "./zaiko.csv") -> str:
    with pytest.raises(ScenarioError) as error:
        stock(write, reference)
    return str(error.value)


def offers(write: Write, table: str, layout: str = "") -> Path:
    """A small scenario whose offers stand in a table."""
    write("offers.csv", table)
    if layout:
        write("offers.csv.columns.yaml", layout)
    return write("small.yaml", SMALL.replace("OFFERS", "./offers.csv"))


# Encoding -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_table_says_the_same_in_every_encoding(write: Write, encoding: str) -> None:
    write("zaiko.csv", STOCK, encoding)
    write("zaiko.csv.columns.yaml", LAYOUT)
    value = stock(write)
    assert value["opening_stock"] == {
        "zaiko line 2": {"material": "dysprosium-oxide", "site": "japan", "quantity": "3.1 t", "status": "usable"},
        "zaiko line 3": {"material": "ndpr-oxide", "site": "japan", "quantity": "12345 kg", "status": "pledged"},
    }
    said = {"table zaiko.csv": "read as CP932, which its bytes look like; encoding: cp932 would say so"}
    assert value.get("caveats") == (said if encoding == "cp932" else None)


def test_an_encoding_may_be_named(write: Write) -> None:
    write("zaiko.csv", STOCK, "cp932")
    write("zaiko.csv.columns.yaml", LAYOUT)
    value = stock(write, "{file: ./zaiko.csv, encoding: Shift_JIS}")
    assert value["caveats"] == {"table zaiko.csv": "read as CP932, as named"}
    assert "zaiko.csv:1: byte 1 (0x95) is not UTF-8" in refused(write, "{file: ./zaiko.csv, encoding: utf-8}")


def test_accents_of_another_encoding_are_not_taken_for_japanese(write: Write) -> None:
    write("zaiko.csv", "name,note\na,caf\xe9tier\n", "latin-1")
    assert "zaiko.csv:2: byte 16 (0xe9) is not UTF-8" in refused(write)


# Layouts --------------------------------------------------------------------------------------------------------------


def test_the_reference_holds_over_the_file_beside_the_table(write: Write) -> None:
    write("zaiko.csv", STOCK)
    write("zaiko.csv.columns.yaml", LAYOUT)
    reference = "{file: ./zaiko.csv, values: {site: {東京: osaka}}, every: {own: true}, columns: {状態: null}}"
    first = stock(write, reference)["opening_stock"]["zaiko line 2"]
    assert first == {"material": "dysprosium-oxide", "site": "osaka", "quantity": "3.1 t"}


def test_both_files_are_inputs_and_lines_keep_their_place(write: Write) -> None:
    write("zaiko.csv", STOCK)
    write("zaiko.csv.columns.yaml", LAYOUT)
    document = files.load(write("a.yaml", "opening_stock: {file: ./zaiko.csv}\n"))
    assert [file.name for file in document.files] == ["a.yaml", "zaiko.csv", "zaiko.csv.columns.yaml"]
    assert str(document.place(("opening_stock", "zaiko line 3", "quantity"))) == "zaiko.csv:3"


def test_a_column_called_name_names_the_lines(write: Write) -> None:
    write("zaiko.csv", "数量,伝票\n5 t,A-1\n7 t,A-2\n")
    found = stock(write, "{file: ./zaiko.csv, columns: {数量: quantity, 伝票: name}}")["opening_stock"]
    assert found == {"A-1": {"quantity": "5 t"}, "A-2": {"quantity": "7 t"}}


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("colums: {}", "'colums' says nothing about a table; near: columns"),
        ("encoding: latin-1", "encoding: 'latin-1' is not one of the words known; write utf-8, utf8, cp932"),
        ("date: julian", "date: 'julian' is not one of the words known; write iso, japanese"),
        ("fiscal_year: 4", "fiscal_year: '4' is not one of the words known; write january"),
        ("columns: [a]", "columns: '['a']' is no mapping"),
        ("columns: {a: 3}", "columns.a: '3' is no name"),
        ("values: {material: x}", "values.material: 'x' is no mapping"),
        ("columns: {商品名: material}", "there is no heading '商品名'; near: 品名"),
        ("sheet: x", "zaiko.csv.columns.yaml:1: sheet: a .csv has no sheets"),
    ],
)
def test_a_wrong_layout_is_named(write: Write, layout: str, message: str) -> None:
    write("zaiko.csv", STOCK)
    write("zaiko.csv.columns.yaml", layout + "\n")
    assert message in refused(write)


# Numbers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "thousands", "read"),
    [
        ("１２３４", "none", "1234 kg"),
        ("－５", "none", "-5 kg"),
        ('"1,234"', "','", "1234 kg"),
        ('"1,234,567.8"', "','", "1234567.8 kg"),
        ("1.234", "'.'", "1234 kg"),
        ('"1.234,5"', "'.'", "1234.5 kg"),
        ("1.234", "none", "1.234 kg"),
    ],
)
def test_numbers_beside_a_unit(write: Write, cell: str, thousands: str, read: str) -> None:
    write("zaiko.csv", f"name,quantity,unit\na,{cell},kg\n")
    found = stock(write, f"{{file: ./zaiko.csv, thousands: {thousands}}}")
    assert found["opening_stock"]["a"] == {"quantity": read}


@pytest.mark.parametrize(
    ("cell", "layout", "message"),
    [
        (
            '"1,234"',
            "",
            "zaiko.csv:2: opening_stock.a.quantity: '1,234' has a separator between digits; say thousands: ',' in",
        ),
        ('"１，２３４"', "", "or write 1234"),
        ('"12,34"', ", thousands: ','", "'12,34' is not in groups of three digits"),
        ("5 t", "", "'5 t' has a unit, and 'kg' stands beside it; say it once"),
    ],
)
def test_numbers_are_never_guessed(write: Write, cell: str, layout: str, message: str) -> None:
    write("zaiko.csv", f"name,quantity,unit\na,{cell},kg\n")
    assert message in refused(write, f"{{file: ./zaiko.csv{layout}}}")


def test_a_unit_may_hold_for_a_whole_column(write: Write) -> None:
    write("zaiko.csv", "name,quantity\na,5\n")
    found = stock(write, "{file: ./zaiko.csv, units: {quantity: t}}")
    assert found["opening_stock"]["a"]["quantity"] == "5 t"


# Dates ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("令和9年4月", "2027-04", "2027-04"),
        ("令和９年４月１日", "2027-04-01", "2027-04-01"),
        ("R9.4.1", "2027-04-01", "2027-04-01"),
        ("令和元年5月", "2019-05", "2019-05"),
        ("H31/4/30", "2019-04-30", "2019-04-30"),
        ("2027/4/1", "2027-04-01", "2027-04-01"),
        ("2027年4月", "2027-04", "2027-04"),
        ("2027-04-01", "2027-04-01", "2027-04-01"),
        ("FY2027", "2027-04-01", "2028-03-31"),
        ("2027年度", "2027-04-01", "2028-03-31"),
        ("令和9年度", "2027-04-01", "2028-03-31"),
        ("2027年度上期", "2027-04-01", "2027-09-30"),
        ("FY2027 H2", "2027-10-01", "2028-03-31"),
    ],
)
def test_eras_and_fiscal_years(write: Write, written: str, first: str, last: str) -> None:
    write("orders.csv", f"name,date,until\na,{written},{written}\n")
    text = "open_orders: {file: ./orders.csv, date: japanese, fiscal_year: april}\n"
    assert files.load(write("a.yaml", text)).value["open_orders"]["a"] == {
        "date": first,
        "until": last,
        "own": True,
    }


@pytest.mark.parametrize(
    ("written", "layout", "message"),
    [
        (
            "令和9年4月",
            "",
            "orders.csv:2: open_orders.a.date: '令和9年4月' is not a date in ISO 8601; say date: japanese",
        ),
        ("2027年度", "", "'2027年度' is a fiscal year, and where it begins is not said; say fiscal_year: april"),
        ("平成31年5月", ", date: japanese", "'平成31年5月' lies outside its era"),
        ("R9.2.30", ", date: japanese", "'R9.2.30' is not in the calendar"),
    ],
)
def test_dates_are_never_guessed(write: Write, written: str, layout: str, message: str) -> None:
    write("orders.csv", f"name,date\na,{written}\n")
    with pytest.raises(ScenarioError) as error:
        files.load(write("a.yaml", f"open_orders: {{file: ./orders.csv{layout}}}\n"))
    assert message in str(error.value)


def test_an_unknown_heading_is_told_once_and_not_of_each_line(write: Write) -> None:
    rows = "".join(f"a{number},dysprosium-oxide,japan,5 kg,x,y\n" for number in range(400))
    write("zaiko.csv", "name,material,site,quantity,備考,コード\n" + rows)
    offer = "{x: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg}}"
    text = SMALL.replace("OFFERS", offer) + "opening_stock: {file: ./zaiko.csv, columns: {コード: code}}\n"
    with pytest.raises(ScenarioError) as error:
        source.load(write("small.yaml", text))
    known = "there are: basis, material, note, own, quantity, site, status"
    assert str(error.value).splitlines() == [
        f"zaiko.csv:1: opening_stock.備考: '備考' is not known here; {known}; "
        "or leave the column out by columns: {備考: null} in the layout of the table",
        f"zaiko.csv:1: opening_stock.code: 'code' is not known here; {known}; "
        "or leave the column out by columns: {コード: null} in the layout of the table",
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "told"),
    [("quantity", "5 cows", "'5 cows' has the unknown unit 'cows'"), ("material", "MAT", "there is no material 'MAT")],
)
def test_many_lines_with_one_fault_are_told_in_one_line(write: Write, heading: str, cell: str, told: str) -> None:
    cells = {"material": "dysprosium-oxide", "quantity": "5 kg"} | {heading: cell}
    rows = "".join(
        f"a{n},{cells['material'].replace('MAT', f'MAT{n}')},japan,{cells['quantity']}\n" for n in range(5000)
    )
    write("zaiko.csv", "name,material,site,quantity\n" + rows)
    offer = "{x: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg}}"
    with pytest.raises(ScenarioError) as error:
        source.load(write("small.yaml", SMALL.replace("OFFERS", offer) + "opening_stock: ./zaiko.csv\n"))
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"zaiko.csv:2: opening_stock.a0.{heading}: {told}")
    assert line.endswith("; and 4,999 more like it: lines 3, 4, 5, ...")


def test_a_sheet_with_a_japanese_name(write: Write, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "zaiko.xlsx") as book:
        book.add_worksheet("表紙").write(0, 0, "社外秘")
        sheet = book.add_worksheet("在庫")
        sheet.write_row(0, 0, ["品名", "数量", "単位"])
        sheet.write_row(1, 0, ["酸化ジスプロシウム", 1234.5, "kg"])
    columns = "columns: {品名: material, 数量: quantity, 単位: unit}"
    layout = f"{columns}, values: {{material: {{酸化ジスプロシウム: dysprosium-oxide}}}}"
    found = stock(write, f"{{file: ./zaiko.xlsx, sheet: 在庫, {layout}}}")
    assert found["opening_stock"] == {"zaiko line 2": {"material": "dysprosium-oxide", "quantity": "1234.5 kg"}}
    assert "there is no sheet '在個'; known: 表紙, 在庫" in refused(write, "{file: ./zaiko.xlsx, sheet: 在個}")


# Prices ---------------------------------------------------------------------------------------------------------------


def test_prices_of_offers_become_money_per_kilogram_without_tax(write: Write) -> None:
    # 110,000 JPY/kg with 10 % tax is 100,000 without, 650 USD; 1000 USD for a kg of contained Dy is 871 for the oxide.
    file = offers(
        write,
        "見積,仕入先,品名,単価,通貨,単位,税,基準,条件,有効期限\n"
        '円建,lynas,dysprosium-oxide,"１１０，０００",JPY,kg,included 10 %,,FOB,令和9年2月\n'
        "含有,lynas,dysprosium-oxide,1000,USD,kg,excluded,contained,,\n"
        "元建,lynas,dysprosium-oxide,5000,CNY,kg,,oxide,,令和9年4月30日\n",
        "columns: {見積: name, 仕入先: supplier, 品名: material, 単価: price, 通貨: currency, 単位: unit, 税: tax,\n"
        "  基準: basis, 条件: incoterm, 有効期限: valid_until}\nthousands: ','\ndate: japanese\n",
    )
    case = resolve(source.load(file))
    assert {offer.name: offer.price[0] for offer in case.offers} == pytest.approx(
        {"円建": 650, "含有": 871, "元建": 700}
    )
    yen, contained = conversions(case.scenario, [offer.name for offer in case.offers])
    assert yen == "price of 円建: / 1.1 takes 10 % tax out"
    assert contained.startswith("price of 含有: x 0.871 kg of Dy in a kg of Dy2O3 (composition/")
    assert "price of 円建 is valid until 2027-02 only; it is used to the last period" in case.notices
    assert not any("元建" in notice for notice in case.notices)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            "600 USD/kg,CIF,,",
            "offers.csv:2: offers.x.incoterm: the price is CIF, and the lane 'to japan' adds freight to it",
        ),
        ("600 USD/kg,DDP,,", "offers.x.incoterm: the price is DDP, and the lane 'to japan' adds duty to it"),
        ("600 USD/kg,,with,", "offers.csv:2: offers.x.tax: 'with' does not say whether tax is in the price"),
        ("600 USD/kg,,included 110 %,", "offers.x.tax: 1.1 is above 1"),
        ("600 USD/kg,,,concentrate", "offers.csv:2: offers.x.basis: 'concentrate' is not one of the words known"),
    ],
)
def test_what_a_price_holds_is_not_added_again(write: Write, cells: str, message: str) -> None:
    file = offers(write, f"name,supplier,material,price,incoterm,tax,basis\nx,lynas,dysprosium-oxide,{cells}\n")
    with pytest.raises(ScenarioError) as error:
        source.load(file)
    assert message in str(error.value)


def test_an_offer_may_have_expired_and_ex_works_may_lack_freight(write: Write) -> None:
    table = "name,supplier,material,price,incoterm,valid_until\nx,lynas,dysprosium-oxide,600 USD/kg,EXW,2026-12-15\n"
    case = resolve(source.load(offers(write, table), ("lanes.to japan.freight=0 %".replace("to japan", "'to japan'"),)))
    assert "price of x was valid until 2026-12-15, before the first period: ask again" in case.notices
    assert "offer x is EXW, its lane has no freight: export costs and freight not counted" in case.notices


def test_masses_that_do_not_reconcile_are_listed(write: Write) -> None:
    write(
        "zaiko.csv",
        "name,material,site,quantity,basis\n"
        "a,dysprosium-oxide,japan,5 kg,oxide\nb,dysprosium-oxide,japan,5 kg,metal\n"
        "c,dysprosium-metal,japan,5 kg,oxide\nd,ndfeb-magnet,japan,5 kg,alloy\n",
    )
    offer = "{x: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg}}"
    file = write("small.yaml", SMALL.replace("OFFERS", offer) + "opening_stock: ./zaiko.csv\n")
    with pytest.raises(ScenarioError) as error:
        source.load(file)
    metal, oxide, alloy = (str(problem) for problem in error.value.problems)
    assert metal == (
        "zaiko.csv:3: opening_stock.b.basis: the mass is of metal, dysprosium-oxide is oxide; "
        "name a material of that kind (dysprosium-metal)"
    )
    assert oxide.startswith("zaiko.csv:4: opening_stock.c.basis: the mass is of oxide, dysprosium-metal is metal")
    assert alloy.startswith("zaiko.csv:5: opening_stock.d.basis: the mass is of alloy, ndfeb-magnet is magnet; leave")


# A whole scenario -----------------------------------------------------------------------------------------------------


def test_the_stock_of_the_magnet_maker_in_japanese_is_the_same_stock(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    table = (EXAMPLES / "magnet_maker_stock.csv").read_text(encoding="utf-8")
    for english, japanese in {
        "name,material,site,quantity,status,own": "名称,品名,拠点,数量,状態",
        ",true": "",
        "japan": "東京",
        "ndpr-oxide": "NdPr酸化物",
        "dysprosium-oxide": "酸化Dy",
        "terbium-oxide": "酸化Tb",
        "usable": "良品",
        ",pledged": ",担保",
        "3.1 t": "３．１トン",
    }.items():
        table = table.replace(english, japanese)
    write("zaiko.csv", table.replace("トン", " t"), "cp932")
    write(
        "zaiko.csv.columns.yaml",
        "columns: {名称: name, 品名: material, 拠点: site, 数量: quantity, 状態: status}\nevery: {own: true}\n"
        "values:\n  material: {NdPr酸化物: ndpr-oxide, 酸化Dy: dysprosium-oxide, 酸化Tb: terbium-oxide}\n"
        "  site: {東京: japan}\n  status: {良品: usable, 担保: pledged}\n",
    )
    example = EXAMPLES / "magnet_maker.yaml"
    write("mine.yaml", f"extends: {example}\nopening_stock: {{file: ./zaiko.csv}}\n")
    assert source.load("mine.yaml").opening_stock == source.load(example).opening_stock
    with pytest.raises(SystemExit) as stop:
        main(["check", "mine.yaml"])
    assert stop.value.code == 0
    assert "note: table zaiko.csv: read as CP932" in capsys.readouterr().out
