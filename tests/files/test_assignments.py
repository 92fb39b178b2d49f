"""`--set` of a part of a value: one date, one key of a selection, one price break; the others are left."""

from pathlib import Path

import pytest

from sourcing.case.case import Case
from sourcing.pipeline.source import prepare

NATION = """\
horizon: {start: 2027-01, periods: 3}
materials: {dy: {}}
sites: {japan: {country: Japan}}
suppliers: {south: {country: China}, reef: {country: Australia}}
offers:
  south:
    supplier: south
    material: dy
    price: {2027-01: 100 USD/t, 2027-02: 110 USD/t}
    tiers: {ten: {above: 10 t, price: 90 USD/t}, more: {above: 50 t, price: 80 USD/t}}
  reef: {supplier: reef, material: dy, price: {value: 120 USD/t, low: 100 USD/t, high: 150 USD/t}}
lanes: {all: {where: {material: dy}, site: japan}}
demand:
  motors:
    {material: dy, site: japan, need: {2027-01: 100 t/month, 2027-03: 200 t/month}, shortage: {lost: {cost: 9 USD/t}}}
restrictions: {ban: {where: {material: dy, origin: China}, price: 2}}
"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nation.yaml").write_text(NATION, encoding="utf-8")
    Path("own.yaml").write_text("extends: ./nation.yaml\nsize: 0.1\n", encoding="utf-8")


def changed(change: str, file: str = "nation.yaml") -> Case:
    return prepare(file, overrides=(change,))


@pytest.mark.parametrize(
    ("change", "file", "need"),
    [
        ("demand.motors.need.2027-03=50 t/month", "nation.yaml", [100, 100, 50]),
        ("demand.motors.need.2027-02=50 t/month", "nation.yaml", [100, 50, 200]),
        ("demand.motors.need.2027-03=null", "nation.yaml", [100, 100, 100]),
        # A tenth of what is inherited, and what is typed as it is.
        ("demand.motors.need.2027-02=5 t/month", "own.yaml", [10, 5, 20]),
        # A whole value replaces the whole.
        ("demand.motors.need={2027-01: 7 t/month}", "own.yaml", [7, 7, 7]),
        ("demand.motors.need=7 t/month", "own.yaml", [7, 7, 7]),
    ],
)
def test_one_date_of_a_need(change: str, file: str, need: list[float]) -> None:
    assert changed(change, file).demands[0].need.tolist() == pytest.approx(need)


def test_one_date_of_a_price() -> None:
    """The first price holds before its date too: alone the price of March would have been that of January."""
    south = changed("offers.south.price.2027-03=130 USD/t").offer["south"]
    assert south.price.tolist() == pytest.approx([100, 110, 130])


def test_one_key_of_a_selection() -> None:
    """The ban on China stays one on China."""
    assert changed("restrictions.ban.where.supplier=south").futures[0].restrictions[0].offers == ("south",)
    assert changed("restrictions.ban.where.origin=Australia").futures[0].restrictions[0].offers == ("reef",)


def test_one_price_break() -> None:
    tiers = changed("offers.south.tiers.more.price=70 USD/t").offer["south"].tiers
    assert tiers is not None
    assert (tiers.above[1:], tiers.price[1:, 0]) == (pytest.approx([10, 50]), pytest.approx([90, 70]))


def test_the_number_of_a_quantity_takes_its_range_away() -> None:
    """A range belongs to the number that was stated with it."""
    price = changed("offers.reef.price.value=200 USD/t").scenario.offers["reef"].price.steps[0][1]
    assert (price.measure.number, price.low, price.high) == (pytest.approx(0.2), None, None)
