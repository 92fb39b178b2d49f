"""The tree as a picture: its ends are named in it, and other endings are refused before anything is drawn."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sourcing.cli.tree_command import command
from sourcing.errors import ScenarioError
from sourcing.reports.chart_images import tree_picture
from sourcing.reports.findings import Findings
from tests.checkout import EXAMPLES

EXAMPLE = EXAMPLES / "japan_heavy_rare_earths.yaml"


def test_an_svg_names_the_ends_with_their_odds(full: Findings, tmp_path: Path) -> None:
    made = tree_picture(full.tree, tmp_path / "tree.svg").read_text("utf-8").replace("\u00a0", " ")
    assert made.startswith("<svg")
    for end in ("relief 35 %", "as now 40 %", "full ban 25 %"):
        assert end in made


def test_a_png_is_one(full: Findings, tmp_path: Path) -> None:
    assert tree_picture(full.tree, tmp_path / "tree.PNG").read_bytes().startswith(b"\x89PNG")


def test_the_command_draws_beside_what_it_prints(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(EXAMPLE), "--out", str(tmp_path / "tree.svg")], catch_exceptions=False)
    assert result.exit_code == 0
    assert "3 futures" in result.output
    assert "full ban" in (tmp_path / "tree.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "cause"), [("tree.gif", "no form of a picture"), ("no/tree.svg", "cannot be written")]
)
def test_what_cannot_be_drawn(full: Findings, tmp_path: Path, name: str, cause: str) -> None:
    with pytest.raises(ScenarioError, match=cause):
        tree_picture(full.tree, tmp_path / name)
