"""What the README shows is what happens: its scenario is the shipped example, its answer is the one that is printed."""

import re
import shlex

import pytest
from ruamel.yaml import YAML

from sourcing.cli import main
from tests.checkout import EXAMPLES, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """The fenced block after a comment of that mark."""
    found = re.search(rf"<!-- {mark} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, mark
    return found.group(1)


def test_the_scenario_is_the_shipped_example() -> None:
    example = (EXAMPLES / "japan_heavy_rare_earths.yaml").read_text(encoding="utf-8")
    yaml = YAML(typ="safe")
    assert yaml.load(block("scenario")) == yaml.load(example)
    assert len(block("scenario").splitlines()) <= 15


def test_the_commands_name_what_exists() -> None:
    """Run whole by the gate, in a fresh clone and environment; here: they solve that example and run these tests."""
    words = shlex.split(block("main job"))
    assert (ROOT / words[-1]).is_file()
    assert words[-3:-1] == [".venv/bin/sourcing", "solve"]
    assert shlex.split(block("tests"))[-3:] == ["pytest", "-n", "auto"]


def test_the_answer_is_what_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Word by word; numbers within 5 %, for another release of the solver may end elsewhere within its gap."""
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as stopped:
        main(["solve", "examples/japan_heavy_rare_earths.yaml", "--quiet"])
    assert stopped.value.code == 0
    printed, shown = capsys.readouterr().out.split(), block("answer").split()
    for said, promised in zip(printed, shown, strict=False):
        if re.fullmatch(r"[\d.,]+", promised):
            assert float(said.replace(",", "").rstrip(".")) == pytest.approx(
                float(promised.replace(",", "").rstrip(".")), rel=0.05, abs=0.01
            )
        else:
            assert said == promised
