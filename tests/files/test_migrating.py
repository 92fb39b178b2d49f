"""sourcing migrate: what is called otherwise now is rewritten, and nothing else of the text."""

import sys
from pathlib import Path

import pytest

import sourcing
from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.files.migrating import ANY, MOVED, RENAMES, MovedModel, Rename, migrate, migrate_file

TRIED = (Rename(("processes",), "fluctuations"), Rename(("offers", ANY, "cost"), "price"))

OLD = """\
# What may come.
title: "old"   # kept
processes:     # prices by chance
  dysprosium: {volatility: 30 %, about: processes}

'offers':
    'lynas dy':   {cost: 600 USD/kg,   cap: processes}  # cost: as quoted
    "cost": {price: 1}
"""


def test_keys_are_renamed_where_they_stand_and_the_text_stays() -> None:
    done = migrate(OLD, "old.yaml", TRIED)
    assert done.text == OLD.replace("processes:     #", "fluctuations:     #").replace("{cost: 600", "{price: 600")
    assert done.changes == (
        "old.yaml:3: processes is called 'fluctuations' now",
        "old.yaml:7: offers.'lynas dy'.cost is called 'price' now",
    )


def test_what_was_migrated_has_nothing_left_to_migrate() -> None:
    done = migrate(OLD, "old.yaml", TRIED)
    assert migrate(done.text, "old.yaml", TRIED).changes == ()


def test_quoted_keys_and_lines_of_windows() -> None:
    done = migrate("'processes':\r\n  a: 1\r\n", "old.yaml", TRIED)
    assert done.text == "fluctuations:\r\n  a: 1\r\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "processes: {}\nfluctuations: {}\n",
            r"old.yaml:1: processes: is called 'fluctuations' now, and .* is there too",
        ),
        ("a: &x {}\nprocesses: *x\n", r"the anchor '&x' is not allowed"),
        ("processes: {\n", "is not YAML"),
        ("extends: japan_minor_metals\nscope: {stage: metal}\n", r"old.yaml:1: extends: .* its scope is not rewritten"),
        ("{extends: japan_minor_metals}\n", "a file in braces is not rewritten"),
    ],
)
def test_what_cannot_be_known_is_refused(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        migrate(text, "old.yaml", TRIED)


def test_a_model_that_is_part_of_another_becomes_that_with_a_scope() -> None:
    moved = (MovedModel("small", "large", ("gallium", "germanium")),)
    done = migrate("title: a\nextends: small  # mine\nsize: 0.1\n", "old.yaml", (), moved)
    assert done.text == "title: a\nscope: {material: [gallium, germanium]}\nextends: large  # mine\nsize: 0.1\n"


@pytest.mark.parametrize("each", MOVED, ids=lambda each: each.model)
def test_models_that_moved_are_there_with_all_their_materials(each: MovedModel, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(f"extends: {each.model}\n")
    with pytest.raises(ScenarioError, match=r"it is part of 'japan' now: `sourcing migrate .*old.yaml` rewrites"):
        sourcing.load(tmp_path / "old.yaml")
    (tmp_path / "new.yaml").write_text(migrate_file(tmp_path / "old.yaml").text)
    assert set(dict(sourcing.load(tmp_path / "new.yaml").scope.keys)["material"]) == set(each.materials)


def test_an_old_key_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    validating = sys.modules["sourcing.scenario.validate"]  # the package has a function of that name
    monkeypatch.setattr(validating, "new_name", lambda path: "horizon" if path == ["time"] else None)
    (tmp_path / "old.yaml").write_text("title: old\ntime: {start: 2027-01, periods: 2}\n")
    with pytest.raises(
        ScenarioError, match=r"'time' is not known here; it is called 'horizon' now: `sourcing migrate`"
    ):
        sourcing.load(tmp_path / "old.yaml")


@pytest.mark.parametrize("rename", RENAMES, ids=lambda each: each.new)
def test_every_renamed_key_is_rewritten_to_one_that_is_known(rename: Rename, tmp_path: Path) -> None:
    (key,) = rename.path
    (tmp_path / "old.yaml").write_text(f"extends: japan\n{key}: {{}}\n")
    with pytest.raises(
        ScenarioError, match=rf"old.yaml:2: {key}: '{key}' is not known here; it is called '{rename.new}'"
    ):
        sourcing.load(tmp_path / "old.yaml")
    (tmp_path / "new.yaml").write_text(migrate_file(tmp_path / "old.yaml").text)
    assert (tmp_path / "new.yaml").read_text() == f"extends: japan\n{rename.new}: {{}}\n"
    sourcing.load(tmp_path / "new.yaml")


def test_the_command_prints_what_it_changed_and_writes_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.yaml"
    file.write_text("extends: japan_minor_metals\n")
    for arguments, left in ((["--dry-run"], 1), ([], 1), ([], 0)):
        with pytest.raises(SystemExit) as ended:
            main(["migrate", str(file), *arguments])
        out = capsys.readouterr().out
        assert ended.value.code == 0
        assert ("japan_minor_metals is part of japan now" in out) == bool(left)
    assert "nothing is called otherwise now" in out
    assert file.read_text().startswith("scope: {material: [samarium-oxide, ")


def test_what_only_the_reader_understands_is_refused_with_its_line() -> None:
    """An adjacent value in a pair of a list is YAML 1.2, but the parser that keeps the layout does not know it."""
    with pytest.raises(ScenarioError, match=r"old.yaml:2: .* is not YAML: while parsing a flow sequence"):
        migrate('title: old\nscope: ["a":1]\n', "old.yaml", TRIED)
