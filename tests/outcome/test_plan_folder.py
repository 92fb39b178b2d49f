"""A plan in a folder: whatever is killed, the name has one whole plan; what is not as it was saved is refused."""

import itertools
import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sourcing.errors import ScenarioError
from sourcing.outcome import Plan, load_plan, plan_files, plan_folder
from sourcing.pipeline.plan_scenario import solve

SMALL = """
title: {title}
horizon: {{start: 2027-01, periods: 2}}
materials: {{oxide: {{unit: t}}}}
sites: {{japan: {{country: Japan}}}}
suppliers: {{south: {{country: China}}, lynas: {{country: Malaysia}}}}
offers:
  south dy: {{supplier: south, material: oxide, price: {price} USD/kg, nameplate: 4 t/month}}
  lynas dy: {{supplier: lynas, material: oxide, price: 600 USD/kg, nameplate: 9 t/month}}
lanes: {{sea: {{where: {{material: oxide}}, site: japan}}}}
demand: {{motors: {{material: oxide, site: japan, need: 5 t/month, shortage: {{lost: {{cost: 2000 USD/kg}}}}}}}}
"""


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Plan]:
    folder = tmp_path_factory.mktemp("scenarios")
    (folder / "one.yaml").write_text(SMALL.format(title="one", price=290))
    (folder / "two.yaml").write_text(SMALL.format(title="two", price=700))
    return solve(folder / "one.yaml"), solve(folder / "two.yaml", overrides=("size=2",))


def files(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def in_child(work: Callable[[], object]) -> int:
    """Exit status of a process of its own that does some work: the negative of the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def killed_at(number: int, after: bool) -> None:
    """Let the process be killed at one of the calls that change what is on disk, before or after it is done."""
    calls = itertools.count(1)

    def stopping(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            mine = next(calls) == number
            if mine and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return real(*arguments, **named)
            finally:
                if mine:
                    os.kill(os.getpid(), signal.SIGKILL)

        return call

    for name in ("fsync", "replace", "unlink", "mkdir"):
        setattr(os, name, stopping(getattr(os, name)))


# Killed ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_step_there_is_the_plan_before_or_after(
    after: bool, plans: tuple[Plan, Plan], tmp_path: Path
) -> None:
    one, two = plans
    one.save(tmp_path / "plan")
    seen = set()
    for number in itertools.count(2 + after, 4):  # every fourth call, others before than after
        one.save(tmp_path / "plan")  # which also cleans up what the last kill left
        assert len(files(tmp_path / "plan")) == 17
        ended = in_child(lambda at=number: (killed_at(at, after), two.save(tmp_path / "plan")))  # type: ignore[misc]
        found = load_plan(tmp_path / "plan").title
        seen.add(found)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert seen == {"one", "two"}
    assert number > 45  # 14 tables and the manifest, three calls each


def test_killed_while_the_first_plan_is_saved_the_next_save_is_whole(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    one, two = plans
    for number in (1, 2, 3, 7, 20, 40, 44):
        folder = tmp_path / str(number)
        assert in_child(lambda at=number, to=folder: (killed_at(at, False), two.save(to))) == -9  # type: ignore[misc]
        with pytest.raises(ScenarioError, match="holds no plan that can be read"):
            load_plan(folder)
        one.save(folder)
        assert load_plan(folder).title == "one"
        assert len(files(folder)) == 17


def test_two_that_save_at_once_leave_one_whole_plan(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    for _ in range(5):
        children = []
        for plan in plans:
            child = os.fork()
            if child == 0:
                try:
                    for _ in range(5):
                        plan.save(tmp_path / "plan")
                finally:
                    os._exit(0)
            children.append(child)
        while not (tmp_path / "plan" / "manifest.json").exists():
            pass
        for _ in range(10):
            assert load_plan(tmp_path / "plan").title in ("one", "two")  # also while they are at it
        assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
        assert load_plan(tmp_path / "plan").title in ("one", "two")
        assert len(files(tmp_path / "plan")) == 17


# What is ours ---------------------------------------------------------------------------------------------------------


def test_what_earlier_versions_left_is_cleaned_and_nothing_else(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    ours, theirs = tmp_path / ".plan-abcd1234" / "old", tmp_path / ".plan-mynotes1"
    ours.mkdir(parents=True)
    theirs.mkdir()
    (ours / "orders.csv").write_text("material\n")
    (theirs / "notes.txt").write_text("keep")
    plans[0].save(tmp_path / "plan")
    assert files(tmp_path) == {"plan", ".plan-mynotes1"}


def test_a_table_that_somebody_else_put_there_is_not_ours(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    """Its name is that of a table, what it holds is not: no save wrote it, and it is not removed."""
    plans[0].save(tmp_path / "plan")
    (tmp_path / "plan" / "orders-0123456789ab.csv").write_text("my own\n")
    with pytest.raises(ScenarioError, match="is there and is not a plan"):
        plans[1].save(tmp_path / "plan")


def test_a_manifest_cannot_name_files_elsewhere(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    plans[0].save(tmp_path / "plan")
    (tmp_path / "orders-0123456789ab.csv").write_text("keep")
    manifest = tmp_path / "plan" / "manifest.json"
    manifest.write_text(re.sub(r"orders-\w+\.csv", "../orders-0123456789ab.csv", manifest.read_text()))
    with pytest.raises(ScenarioError):
        load_plan(tmp_path / "plan", accept_edited=True)
    plans[1].save(tmp_path / "plan")
    assert (tmp_path / "orders-0123456789ab.csv").read_text() == "keep"


# Edited ---------------------------------------------------------------------------------------------------------------


def cut(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


def doubled(text: str) -> str:
    return text + text.splitlines(keepends=True)[-1]


def changed(old: str, new: str) -> Callable[[str], str]:
    return lambda text: re.sub(old, new, text, count=1)


EDITS = [
    ("orders", cut),
    ("orders", doubled),
    ("orders", changed(r"[\d.]+,600000", "99.0,600000")),
    ("orders", changed(r"[\d.]+,600000", "inf,600000")),
    ("orders", changed("lynas", "south")),
    ("stockpile", lambda _: ""),
    ("scenario", changed("2000 USD", "9000 USD")),
    ("scenario", cut),
    ("manifest", changed(r'"cost": [\d.]+', '"cost": 1.0')),
    ("manifest", changed(r'"status": "optimal"', '"status": "feasible"')),
    ("manifest", changed(r'"inputs": "\w', '"inputs": "0')),
    ("manifest", changed(r'"sourcing": "[^"]*"', '"sourcing": "9.9"')),
    ("manifest", changed(r'"sha256": "\w{8}', '"sha256": "00000000')),
    ("manifest", changed(r'"format": 3', '"format": 7')),
    ("manifest", changed(r' "format": 3,\n', "")),
]


def edited(plan: Plan, folder: Path, table: str, edit: Callable[[str], str]) -> Path:
    """A saved plan in which one file was edited, and that file."""
    plan.save(folder)
    (file,) = folder.glob(f"{table}*")
    before = file.read_text()
    file.write_text(edit(before))
    assert file.read_text() != before
    return file


@pytest.mark.parametrize(("table", "edit"), EDITS)
def test_whatever_was_edited_is_refused_with_file_and_cure(
    table: str, edit: Callable[[str], str], plans: tuple[Plan, Plan], tmp_path: Path
) -> None:
    file = edited(plans[1], tmp_path / "plan", table, edit)
    with pytest.raises(ScenarioError) as found:
        load_plan(tmp_path / "plan")
    (problem,) = found.value.problems
    assert problem.path == str(file)
    assert 'two.yaml --set "size=2" --out' in problem.cure


def test_one_table_for_another_is_refused(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    """Each is whole and named by what it holds, but the manifest lists the other."""
    one, two = plans
    one.save(tmp_path / "one")
    (other,) = two.save(tmp_path / "two").glob("orders*")
    (mine,) = (tmp_path / "one").glob("orders*")
    mine.write_bytes(other.read_bytes())
    with pytest.raises(ScenarioError, match=r"orders-.* is not what was saved"):
        load_plan(tmp_path / "one")


def test_accepted_edits_are_told_and_stay_told(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    file = edited(plans[0], tmp_path / "plan", "orders", changed(r"4\.0,", "3.0,"))
    plan = load_plan(tmp_path / "plan", accept_edited=True)
    told = f"Edited since the plan was solved, so that nothing proves it: {file.name}."
    assert plan.assumptions[0] == told
    again = load_plan(plan.save(tmp_path / "again"))
    assert again.assumptions[0] == told
    assert again.manifest.edited == (file.name,)


@pytest.mark.parametrize("edit", [lambda _: "", lambda text: text.replace("quantity", "amount"), lambda _: "\x00\xff"])
def test_what_cannot_be_read_is_refused_even_where_edits_are_accepted(
    edit: Callable[[str], str], plans: tuple[Plan, Plan], tmp_path: Path
) -> None:
    edited(plans[0], tmp_path / "plan", "orders", edit)
    with pytest.raises(ScenarioError):
        load_plan(tmp_path / "plan", accept_edited=True)


def test_a_plan_of_an_earlier_version_is_read_on_demand_alone(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    plan = plans[0]
    tmp_path.joinpath("old").mkdir()
    for name, frame in plan.tables():
        if name in plan_files.UNNUMBERED:
            frame.to_csv(tmp_path / "old" / f"{name}.csv", index=False)
    names = ["files", "overrides", "sampling_seed", "solver_seed", "coefficients", "residuals", "edited"]
    summary = plan.summary()
    summary["manifest"] = {key: value for key, value in summary["manifest"].items() if key not in names}
    (tmp_path / "old" / plan_files.MANIFEST).write_text(json.dumps(summary))
    with pytest.raises(
        ScenarioError, match=r"kept no hashes.*; solve again \(sourcing solve FILE --out .*old\), or read"
    ):
        load_plan(tmp_path / "old")
    found = load_plan(tmp_path / "old", accept_edited=True)
    assert (found.cost, found.orders.equals(plan.orders)) == (plan.cost, True)
    assert "it was saved without hashes" in found.assumptions[0]
    plans[1].save(tmp_path / "old")  # its tables go, and nothing of it stays
    assert load_plan(tmp_path / "old").title == "two"
    assert len(files(tmp_path / "old")) == 17


def test_a_table_changed_in_memory_is_not_saved_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SMALL.format(title="one", price=290))
    plan = solve(tmp_path / "one.yaml")
    plan.orders.loc[0, "quantity"] = 99.0
    with pytest.raises(ScenarioError, match=r"orders: was changed after the plan was made.*; solve again, or save it"):
        plan.save(tmp_path / "plan")
    assert not (tmp_path / "plan").exists()
    plan.save(tmp_path / "plan", accept_edited=True)
    assert load_plan(tmp_path / "plan").manifest.edited == ("orders",)


# What it was made of --------------------------------------------------------------------------------------------------


def test_the_manifest_names_every_file_with_its_hash(plans: tuple[Plan, Plan], tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(SMALL.format(title="parent", price=290).replace("offers:", "offers:", 1))
    (tmp_path / "child.yaml").write_text("title: child\nextends: ./parent.yaml\nopening_stock: ./stock.csv\n")
    (tmp_path / "stock.csv").write_text("name,material,site,quantity\na,oxide,japan,1 t\n")
    made = solve(tmp_path / "child.yaml").manifest
    assert [Path(file.name).name for file in made.files][:3] == ["child.yaml", "stock.csv", "parent.yaml"]
    for file in made.files[:3]:
        assert file.sha256 == plan_files.digest((tmp_path / Path(file.name).name).read_bytes())
    assert re.fullmatch(r"critical-materials-sourcing \d+\.\d+\.\d+", made.files[3].name)


def test_the_manifest_says_what_the_program_was_like(plans: tuple[Plan, Plan]) -> None:
    """5 t a month of need: the largest right-hand side of the program. No row is missed by more than HiGHS allows."""
    made = plans[0].manifest
    assert {"HiGHS", "Python", "sourcing", "pyomo", "numpy", "pandas", "scipy"} <= set(made.versions)
    assert (made.sampling_seed, made.solver_seed) == (None, 0)
    assert made.coefficients is not None
    assert made.residuals is not None
    assert made.coefficients.row_bounds[1] >= 5.0
    assert 0 < made.coefficients.matrix[0] <= 1.0 <= made.coefficients.matrix[1]
    assert max(made.residuals.rows, made.residuals.bounds, made.residuals.integrality) <= 1e-6


@pytest.mark.parametrize("part", ["manifest", "table"])
def test_what_is_larger_than_any_part_of_a_plan_is_not_read(
    tmp_path: Path, plans: tuple[Plan, Plan], monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    plans[0].save(tmp_path / "p")
    monkeypatch.setattr(plan_folder, "LARGEST" if part == "manifest" else "LARGEST_TABLE", 10)
    with pytest.raises(ScenarioError, match=r"is larger than \d+ MB, as no part of a plan is; put back what was saved"):
        load_plan(tmp_path / "p")


def test_a_manifest_of_a_hundred_thousand_brackets_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(ScenarioError, match="holds no plan that can be read"):
        load_plan(tmp_path)
