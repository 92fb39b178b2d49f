"""Tables come back typed, rows are found by reference, and nothing later than a date is seen."""

import json
from pathlib import Path

import pytest

from sourcing import library
from sourcing.errors import DataError
from sourcing.facts import datasets

PRICES = """\
id,series_id,price,as_of
p-1,dy-fob,200,2025
p-2,dy-fob,290,2026-01-09
p-3,dy-fob,291,2026-01-16
p-4,tb-fob,,2026-02
"""
CONTROLS = """\
id,announced,as_of
c-1,2025-04-04,2026-02
c-2,2026-01-06,2026-01
"""


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of two small tables in place of the shipped one."""
    (tmp_path / "prices.csv").write_text(PRICES, encoding="utf-8")
    (tmp_path / "controls.csv").write_text(CONTROLS, encoding="utf-8")
    fields = {"prices": ["id", "series_id", "price", "as_of"], "controls": ["id", "announced", "as_of"]}
    kinds = {"price": "number"}
    resources = [
        {"name": table, "schema": {"fields": [{"name": name, "type": kinds.get(name, "string")} for name in names]}}
        for table, names in fields.items()
    ]
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    monkeypatch.setattr(library, "data", lambda: tmp_path)
    return tmp_path


def test_numbers_are_floats_and_blanks_are_nan_or_empty(shipped: Path) -> None:
    frame = datasets.read("prices")
    assert frame["price"].dtype == "float64"
    assert frame["price"].isna().tolist() == [False, False, False, True]
    assert frame["as_of"].tolist() == ["2025", "2026-01-09", "2026-01-16", "2026-02"]


def test_a_frame_is_a_copy(shipped: Path) -> None:
    """Tables are read once; a caller that scales a price must not scale it for the next caller."""
    frame, row, known = datasets.read("prices"), datasets.row("prices/p-1"), datasets.as_known("prices", "2026")
    frame.loc[0, "price"] = row.loc["price"] = known.loc[0, "price"] = 0.0
    assert datasets.row("prices/p-1")["price"] == 200


@pytest.mark.parametrize(
    ("as_of", "ids"),
    [
        ("2025-11", []),  # "2025" ends on 31 December, so in November it is not known yet
        ("2025-12", ["p-1"]),
        ("2025", ["p-1"]),
        ("2026-01-15", ["p-1", "p-2"]),
        ("2026-01", ["p-1", "p-2", "p-3"]),
        ("2026-02-27", ["p-1", "p-2", "p-3"]),  # "2026-02" ends on the 28th
        ("2026-02-28", ["p-1", "p-2", "p-3", "p-4"]),
    ],
)
def test_partial_dates_count_by_their_end(shipped: Path, as_of: str, ids: list[str]) -> None:
    assert datasets.as_known("prices", as_of)["id"].tolist() == ids


def test_a_measure_is_known_once_announced(shipped: Path) -> None:
    """c-1 was announced in April 2025 though the page that describes it is of 2026."""
    assert datasets.as_known("controls", "2025-06")["id"].tolist() == ["c-1"]


def test_the_last_known_row_stays_in_its_series(shipped: Path) -> None:
    def known(reference: str, as_of: str) -> str | None:
        found = datasets.last_known(reference, as_of)
        return None if found is None else str(found["id"])

    assert known("prices/p-2", "2026-06") == "p-2"  # the row itself, though p-3 is newer
    assert known("prices/p-3", "2026-01-10") == "p-2"
    assert known("prices/p-3", "2025-12") == "p-1"
    assert known("prices/p-3", "2025-11") is None
    assert known("prices/p-4", "2026-01") is None  # other series do not answer for it
    assert known("controls/c-2", "2025-12") is None  # only prices form series


def test_a_row_as_of_a_date_says_when_nothing_was_known(shipped: Path) -> None:
    assert datasets.row("prices/p-3", "2025-12")["id"] == "p-1"
    with pytest.raises(DataError, match="prices/p-3: nothing of it was known as of '2025-11'"):
        datasets.row("prices/p-3", "2025-11")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("prices/p-33", "no row 'p-33' in table 'prices'; did you mean p-3"),
        ("price/p-3", "price: no such table; did you mean prices"),
        ("p-3", "write it as table/id"),
    ],
)
def test_an_unknown_reference_lists_near_names(shipped: Path, reference: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        datasets.row(reference)


@pytest.mark.parametrize("as_of", ["2025-13", "2025-02-30", "Dec 2025", "25", "2025Q4", "0000"])
def test_a_date_that_is_none_is_refused(shipped: Path, as_of: str) -> None:
    with pytest.raises(DataError, match="write 2025, 2025-12 or 2025-12-31"):
        datasets.as_known("prices", as_of)


def test_all_text_in_number_columns_is_reported_with_its_line(shipped: Path) -> None:
    (shipped / "prices.csv").write_text(PRICES.replace("200", "NA").replace("291", ">50"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        datasets.read("prices")
    lines = str(caught.value).splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "prices.csv:2: price: 'NA' is not a number",
        "prices.csv:4: price: '>50' is not a number",
    ]


def test_the_shipped_export_price_of_dysprosium() -> None:
    """Three weekly prints of the same series; two of them were known on 15 January 2026."""
    assert datasets.row("prices/prc-0284")["price"] == 291
    assert datasets.row("prices/prc-0284", "2026-01-15")["price"] == 290
    assert "suppliers" in datasets.tables()
