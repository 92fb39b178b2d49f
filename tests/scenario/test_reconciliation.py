"""The numbers of the shipped models agree with each other and with the facts; what cannot be worked out says why."""

import pytest
from click.testing import CliRunner

import sourcing
from sourcing.cli.show_command import command
from sourcing.errors import DataError
from sourcing.facts import datasets
from sourcing.scenario.reconciliation import reconciliation


@pytest.mark.parametrize("model", ["japan", "united_states"])
def test_every_sum_of_a_shipped_model_holds(model: str) -> None:
    sums = reconciliation(sourcing.load({"extends": model}))
    assert not list(sums.loc[sums["holds"] == "no", "what"])
    assert (sums["holds"] == "yes").sum() >= 10


def test_sums_are_worked_out() -> None:
    """Need of dysprosium by hand: 2112 t x 0.0554 + 96 t x 0.76 = 117.0 + 73.0 t."""
    sums = reconciliation(sourcing.load({"extends": "japan"})).set_index("what")
    dysprosium = sums.loc["dysprosium oxide: recipe x volume + what could be thrifted = need"]
    assert dysprosium["left"] == pytest.approx(117.0 + 73.0, abs=0.1)
    assert dysprosium["right"] == datasets.row("imports/imp-0350")["value"] == 190


def test_a_stock_that_does_not_reconcile_is_told() -> None:
    """165 days of 250 t a year, 203 t that came, 437.5 t used in 21 months: below nothing."""
    sums = reconciliation(sourcing.load({"extends": "japan"})).set_index("what")
    assert sums.loc["the same at the middle of the need: below nothing", "left"] == pytest.approx(
        113 + 203 - 437.5, abs=0.1
    )


def test_a_number_that_was_changed_alone_does_not_hold() -> None:
    changed = sourcing.load({"extends": "japan"}, overrides=("demand.standard magnet making.need=3000 t/year",))
    sums = reconciliation(changed)
    assert list(sums.loc[sums["holds"] == "no", "what"]) == ["NdPr oxide for magnets: the demands add up to the need"]


def test_an_importer_without_sums_is_told() -> None:
    other = sourcing.load({"extends": "japan"}, overrides=("importer=Korea",))
    with pytest.raises(DataError, match="no sums for the importer 'Korea'"):
        reconciliation(other)


def test_the_command_prints_each_sum_and_ends_with_1_where_one_does_not_hold() -> None:
    good = CliRunner().invoke(command, ["japan", "--reconcile"])
    assert good.exit_code == 0
    assert "holds: dysprosium oxide: what licences may let through = normal take: 100 = 100 t/year" in good.output
    assert good.output.endswith("25 sums; all that are judged hold\n")
    bad = CliRunner().invoke(
        command, ["japan", "--reconcile", "--set", "demand.standard magnet making.need=3000 t/year"]
    )
    assert bad.exit_code == 1
    assert "DOES NOT HOLD: NdPr oxide for magnets" in bad.output
