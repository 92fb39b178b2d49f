"""The command line: what is printed where, in which order, and with which exit code."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import sourcing
from sourcing.cli import main
from sourcing.cli.commands import COMMANDS
from sourcing.errors import SolveError
from sourcing.pipeline import plan_scenario
from tests.checkout import EXAMPLES

HEAVY = (
    "pandas",
    "numpy",
    "scipy",
    "pyomo",
    "highspy",
    "pydantic",
    "pint",
    "rich",
    "ruamel",
    "altair",
    "jinja2",
    "typst",
)

SMALL = """\
title: small [bold]
horizon: {start: 2027-01, periods: 4}
materials: {dysprosium-oxide: {unit: t}}
sites: {japan: {country: Japan}}
suppliers:
  south: {country: China, title: '中国南方稀土 [red]'}
  lynas: {country: Malaysia, title: Lynas}
offers:
  south dy:
    supplier: south
    material: dysprosium-oxide
    price: {value: 290 USD/kg, low: 250, high: 320, row: prices/prc-0284}
    nameplate: {value: 400 t/year, assumption: a guess}
    licensable: 5 t/month
  lynas dy: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg, nameplate: 250 t/year}
lanes: {to japan: {where: {material: dysprosium-oxide}, site: japan}}
demand:
  motors: {material: dysprosium-oxide, site: japan, need: 30 t/month, shortage: {lost: {cost: 2000 USD/kg}}}
futures:
  as now: {probability: 0.7}
  full ban:
    probability: 0.3
    restrictions: {ban: {where: {origin: China}, from: 2027-03, approval: 0}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCING_DEBUG", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    Path("small.yaml").write_text(SMALL, encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Stdout of a command that succeeds and says nothing else."""
    code, out, err = run(capsys, *arguments)
    assert (code, err) == (0, "")
    return out


# Help -----------------------------------------------------------------------------------------------------------------


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    """Other tests have loaded everything already, so a fresh process is asked."""
    code = (
        "import sys, resource\nfrom sourcing.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted(set(sys.argv[1:]) & set(sys.modules)), resource.getrusage(resource.RUSAGE_SELF).ru_utime < 0.3)"
    )
    done = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] True"
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize(
    "made",
    [
        "import sourcing; sourcing.solve(FILE)",
        "import scipy, sourcing; sourcing.solve(FILE)",
        "from sourcing.cli import main\ntry: main(['solve', '--quick', FILE])\nexcept SystemExit: pass",
    ],
)
def test_a_plan_is_made_without_loading_all_of_scipy(made: str) -> None:
    """It takes longer than reading, solving and telling a small plan. Whatever is imported first, in a new process."""
    loaded = "print([name in sys.modules for name in ('scipy.stats', 'scipy.optimize', 'pyomo.environ')])"
    code = f"import sys\nFILE = {str(EXAMPLES / 'japan_heavy_rare_earths.yaml')!r}\n{made}\n{loaded}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[False, False, False]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"Usage: sourcing {name}" in answer(capsys, name, "--help")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["slove", "small.yaml"], "there is no command 'slove'; did you mean solve?"),
        (["solve", "small.yaml", "--formt", "json"], "--format"),
        (["solve", "small.yaml", "--format", "xml"], "'xml' is not one of"),
        (["solve", "small.yaml", "--gap", "-1"], "--gap"),
        (["solve"], "Missing argument"),
        (["solve", "none.yaml"], "the file 'none.yaml' is not there"),
        (["check", "."], "is a folder"),
    ],
)
def test_what_cannot_be_used_is_exit_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


# Text -----------------------------------------------------------------------------------------------------------------


def test_the_order_of_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    short = "demand.motors.need=90 t/month"  # of 54 on offer
    lines = answer(capsys, "solve", "small.yaml", "--quiet", "--set", short).splitlines()
    order = [
        "small [bold]",
        "What must be known first",
        "What to do",
        "The plan beside what is done today, million USD",
        "Shortage beside what is done today",
        "Expected over the horizon: what arrives, and what is ordered",
        "Futures",
        "What could not be promised",
        "What the answer leans on",
    ]
    assert [line for line in lines if line in order] == order


@pytest.mark.parametrize("width", [80, 118])
def test_lines_fit_and_nothing_is_cut(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full-width characters take two cells; advice hangs by two blanks; no heading ends in an ellipsis."""
    monkeypatch.setenv("COLUMNS", str(width))
    demands = "".join(
        f"  a demand with a long name {n}: {{material: dysprosium-oxide, site: japan, need: 1 t/month, "
        "shortage: {lost: {cost: 3000 USD/kg}}}\n"
        for n in range(9)
    )
    text = SMALL.replace("futures:\n", f"{demands}futures:\n", 1)
    Path("many.yaml").write_text(text, encoding="utf-8")
    out = answer(capsys, "solve", "many.yaml", "--quiet")
    cells = [len(line) + sum(character >= "\u2e80" for character in line) for line in out.splitlines()]
    assert max(cells) <= width
    assert max(cells) > width - 15
    assert "…" not in out
    assert all(line == line.rstrip() for line in out.splitlines())
    table = " ".join(out.split("Share of need unmet by future\n")[1].split("\n\n")[0].split())
    assert all(f"name {n} " in table for n in range(9))
    advice = out.split("What to do\n")[1].split("\n\n")[0].splitlines()
    assert all(line.startswith(("- ", "  ")) for line in advice)


def test_brackets_in_names_are_names(capsys: pytest.CaptureFixture[str]) -> None:
    text = answer(capsys, "solve", "small.yaml", "--quiet")
    assert "中国南方稀土 [red]" in text
    assert "中国南方稀土 \\[red\\]" in answer(capsys, "solve", "small.yaml", "--quiet", "--format", "md")


def test_columns_line_up_beside_full_width_names(capsys: pytest.CaptureFixture[str]) -> None:
    table = answer(capsys, "solve", "small.yaml", "--quiet").split(
        "Expected over the horizon: what arrives, and what is ordered\n"
    )[1]
    rows = [line for line in table.split("\n\n")[0].splitlines() if line.startswith("dysprosium oxide")]
    ends = [len(row) + sum(character >= "\u2e80" for character in row) for row in rows]
    assert len(rows) == 2
    assert len(set(ends)) == 1


@pytest.mark.parametrize("form", ["text", "md", "csv", "json"])
def test_equal_inputs_give_equal_answers(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = answer(capsys, "solve", "small.yaml", "--quiet", "--format", form)
    assert answer(capsys, "solve", "small.yaml", "--quiet", "--format", form) == first


# Other formats --------------------------------------------------------------------------------------------------------


def test_json_says_what_the_library_says(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(answer(capsys, "solve", "small.yaml", "--quiet", "--format", "json"))
    plan = sourcing.solve("small.yaml")
    assert (found["status"], found["cost"]) == ("optimal", plan.cost)
    assert len(found["stockpile"]) == len(plan.stockpile) == 2 * 4  # two futures, four periods


def test_markdown_is_made_of_headings_lists_and_tables(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "solve", "small.yaml", "--quiet", "--format", "md").splitlines()
    assert lines[0] == "# small \\[bold\\]"
    assert "## What to do" in lines
    rows = [line for line in lines if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_csv_holds_the_summary_and_every_table(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = answer(capsys, "solve", "small.yaml", "--quiet", "--format", "csv").split("\n\n")
    names = [block.splitlines()[0] for block in blocks]
    assert names == ["# summary", *(f"# {name}" for name, _ in sourcing.solve("small.yaml").tables())]
    assert "status,optimal" in blocks[0].splitlines()


# Options --------------------------------------------------------------------------------------------------------------


def test_set_changes_the_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Twice the price of the only offer without limits on it: twice the cost, with nothing else to buy."""
    alone = ("--set", "offers.'south dy'.nameplate=0", "--set", "offers.'lynas dy'.nameplate=400 t/year")
    arguments = ("solve", "small.yaml", "--quiet", "--format", "json", *alone)
    cost = json.loads(answer(capsys, *arguments))["cost"]
    dearer = json.loads(answer(capsys, *arguments, "--set", "offers.'lynas dy'.price=1200 USD/kg"))["cost"]
    assert cost == pytest.approx(30 * 4 * 600_000)  # t a month x months x USD/t
    assert dearer == pytest.approx(2 * cost)


def test_out_keeps_the_plan_and_stdout_has_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(answer(capsys, "solve", "small.yaml", "--quiet", "--format", "json", "--out", "plan"))
    assert sourcing.load_plan("plan").cost == found["cost"]


@pytest.mark.parametrize("target", ["small.yaml", ".", "small.yaml/plan"])
def test_a_folder_that_cannot_be_taken_is_refused_before_solving(
    target: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sourcing.cli.solve_command.solve", lambda *_, **__: pytest.fail("solved"))
    code, out, err = run(capsys, "solve", "small.yaml", "--out", target)
    assert (code, out) == (2, "")
    assert err.startswith(target)


# What goes wrong ------------------------------------------------------------------------------------------------------


def test_no_plan_is_exit_1_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    firm = ("demand.motors.firm=true", "demand.motors.shortage=null", "demand.motors.need=900 t/month")
    code, out, err = run(capsys, "solve", "small.yaml", "--quiet", *(part for one in firm for part in ("--set", one)))
    assert (code, out) == (1, "")
    assert "the firm demand 'motors' cannot be met" in err


def test_a_defect_is_one_line_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyError("stock balance")

    monkeypatch.setattr("sourcing.cli.solve_command.solve", crash)
    code, out, err = run(capsys, "solve", "small.yaml")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "defect of sourcing (KeyError: 'stock balance'); please report it with the scenario" in err
    monkeypatch.setenv("SOURCING_DEBUG", "1")
    assert "Traceback" in run(capsys, "solve", "small.yaml")[2]


@pytest.mark.parametrize("found", [True, False])
def test_ctrl_c_is_exit_130_with_the_plan_found_so_far(
    found: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_scenario.solve("small.yaml")

    def interrupted(*_: object, **__: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        if not found:
            raise SolveError("no plan was found before the end (interrupted); allow more time")
        return plan.__class__(**{**plan.__dict__, "status": "feasible", "reason": "interrupted", "gap": 0.02})

    monkeypatch.setattr("sourcing.cli.solve_command.solve", interrupted)
    code, out, err = run(capsys, "solve", "small.yaml")
    assert code == 130
    assert ("feasible (interrupted: best plan so far, at most 2 % from the best)" in out) is found
    assert err.strip() == ("" if found else "interrupted")


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m sourcing solve small.yaml --quiet | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "small [bold]\n", "")


# The other commands ---------------------------------------------------------------------------------------------------


def test_check_shows_the_tree_and_the_size(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "check", "small.yaml").splitlines()
    assert lines[0] == "small [bold]: valid"
    assert "2 futures, 6 nodes" in lines  # one in each of two periods, then two in each of two
    assert any("2 offers, 2 lanes, 1 demands" in line for line in lines)


def test_tree_draws_the_branches(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "tree", "small.yaml").splitlines()
    assert lines[0] == "2 futures, 6 nodes, 2 leaves"
    assert lines[1].startswith("note: from 2027-03 on more than half of the odds lie in branches of one future")
    assert [line[:3] for line in lines[2:]] == ["202", "├─ ", "└─ "]
    assert sum(float(line.split(": ")[0].split()[-2]) for line in lines[3:]) == pytest.approx(100)


def test_tree_says_how_futures_were_drawn_and_what_each_branch_shows(capsys: pytest.CaptureFixture[str]) -> None:
    chain = """\
regimes:
  states: {slow: {}, ban: {restrictions: {stop: {where: {origin: China}, approval: 0}}}}
  initial: slow
  transitions: {slow: {ban: 20 %/month}}
sample: {count: 64, seed: 1, keep: 4}
"""
    Path("drawn.yaml").write_text(SMALL[: SMALL.index("futures:")] + chain, encoding="utf-8")
    lines = answer(capsys, "tree", "drawn.yaml", "--lines", "4").splitlines()
    assert lines[0] == "4 futures, 10 nodes, 4 leaves"
    assert "64 futures were drawn (seed 1), 4 of them different, 4 kept by fast forward selection" in lines[1]
    assert [line.split(": ")[1] for line in lines[3:-1]] == ["slow"] * 4
    assert lines[-1] == "... 3 branches more; --lines 7 shows them"
    whole = answer(capsys, "tree", "drawn.yaml").splitlines()
    odds = [float(line.split(": ")[0].split()[-2]) for line in whole[3:] if line.endswith("ban")]
    assert sum(odds) == pytest.approx(100 * (1 - 0.8**3), abs=5)


def test_show_gives_every_number_its_place_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "show", "small.yaml", "--sources").splitlines()
    number = {line.split(": ")[1]: line for line in lines}
    at = {
        name: next(n for n, line in enumerate(SMALL.splitlines(), 1) if name in line)
        for name in ("price: {value", "nameplate: {value")
    }
    price, plate = number["offers.'south dy'.price"], number["offers.'south dy'.nameplate"]
    assert price.startswith(f"small.yaml:{at['price: {value']}: ")
    assert "290 USD/kg (low 250, high 320)  [prices/prc-0284: " in price
    assert ", as of 2" in price
    assert (
        plate == f"small.yaml:{at['nameplate: {value']}: offers.'south dy'.nameplate: 400 t/year  [assumption: a guess]"
    )
    assert number["horizon.periods"].startswith("small.yaml:2: horizon.periods: 4")


def test_show_follows_what_a_future_takes_over(capsys: pytest.CaptureFixture[str]) -> None:
    text = SMALL + "restrictions: {slow: {where: {origin: China}, approval: 0.5}}\n"
    text = text.replace("{ban: {", "{slow: {delay: 1 month}, ban: {")
    Path("more.yaml").write_text(text, encoding="utf-8")
    lines = answer(capsys, "show", "more.yaml").splitlines()
    last = len(text.splitlines())
    assert f"more.yaml:{last}: futures.'full ban'.restrictions.slow.approval: 0.5" in lines
    assert f"more.yaml:{last - 1}: futures.'full ban'.restrictions.slow.delay: 1 month" in lines


@pytest.mark.parametrize("name", ["mine", "sub/my plan: 2027"])
def test_new_writes_a_scenario_that_is_valid(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("sub").mkdir()
    said = answer(capsys, "new", name, "--from", "small.yaml")
    assert said.startswith(f"wrote {name}.yaml; solve it with: sourcing solve ")
    assert sourcing.load(f"{name}.yaml").title == Path(name).name
    code, _, err = run(capsys, "new", name, "--from", "small.yaml")
    assert (code, "is there already" in err) == (2, True)


def test_new_from_japan_solves_and_its_comments_are_true(capsys: pytest.CaptureFixture[str]) -> None:
    answer(capsys, "new", "mine", "--from", "japan")
    answer(capsys, "solve", "mine.yaml", "--quiet")
    text = Path("mine.yaml").read_text(encoding="utf-8")
    tables = [line[2:].split(" # ") for line in text.splitlines() if line.startswith("# o") and ".csv" in line]
    heads = {setting.split(":")[0]: heading.strip() for setting, heading in tables}
    site = next(iter(sourcing.load("mine.yaml").sites))
    Path("stock.csv").write_text(f"{heads['opening_stock']}\nmine,dysprosium-oxide,{site},2 t,usable,true\n")
    Path("orders.csv").write_text(f"{heads['open_orders']}\nmine,lynas dy,{site},1 t,transit,2027-02,true\n")
    uncommented = [line[2:] if line.startswith(("# rules", "#   no", "# o")) else line for line in text.splitlines()]
    Path("mine.yaml").write_text("\n".join(uncommented), encoding="utf-8")
    scenario = sourcing.load("mine.yaml")
    assert scenario.opening_stock["mine"].own
    assert scenario.open_orders["mine"].own
    assert "no single country" in scenario.rules


def test_list_and_show_regimes(capsys: pytest.CaptureFixture[str]) -> None:
    lines = answer(capsys, "list", "regimes").splitlines()
    assert len(lines) >= 14
    assert (
        "cn-2025-04-heavy-licensing: from 2025-04-04, official: "
        "Export licences for seven medium and heavy rare earths and magnets that hold them"
    ) in lines
    said = answer(capsys, "show", "regime", "cn-2025-11-suspension-61-62")
    assert "basis: official" in said
    assert "open since 2026-11-10: Did China renew" in said
    assert "row: controls/ctl-2026-11-10: " in said
    licence = answer(capsys, "show", "regime", "cn-2025-04-heavy-licensing")
    assert "delay: 45 working days  [licensing/lic-019.statutory_days: " in licence


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "regime", "cn-2025-04-heavy"], "did you mean cn-2025-04-heavy-"),
        (["show", "regime"], "name a regime: cn-2010-quota"),
        (["show", "small.yaml", "large.yaml"], "one file at a time"),
        (["list", "regime"], "'regime' is not one of 'models', 'regimes'"),
    ],
)
def test_what_is_no_regime_is_exit_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_list_and_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "list").startswith("japan: ")
    assert answer(capsys, "list") == answer(capsys, "list", "models")
    schema = json.loads(answer(capsys, "schema"))
    assert {"extends", "futures", "offers"} <= set(schema["properties"])


# The report -----------------------------------------------------------------------------------------------------------


def test_a_report_of_a_saved_plan_is_that_of_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "report", "small.yaml", "--out", "one.md", "--quiet") == ""
    answer(capsys, "solve", "small.yaml", "--out", "plan", "--quiet")
    assert answer(capsys, "report", "plan", "--out", "two.md", "--quiet") == ""
    asked, saved = (Path(name).read_text("utf-8") for name in ("one.md", "two.md"))
    assert asked == saved
    assert "# small \\[bold\\]" in asked
    assert "## Decide today" in asked
    assert "half outside China" in asked


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["small.yaml", "--out", "report.doc"],
            "report.doc: '.doc' is no form of a report; end its name in one of .html,",
        ),
        (["small.yaml", "--out", "no/report.md"], "no/report.md: cannot be written (its folder is not there)"),
        ([".", "--out", "r.md", "--set", "size=2"], "'.' is a saved plan, --set changes a scenario"),
        ([".", "--out", "r.md"], "holds no plan that can be read"),
        (["small.yaml", "--out", "r.md", "--language", "fr"], "'fr' is not one of 'en', 'ja'"),
    ],
)
def test_a_report_that_cannot_be_made_is_exit_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "report", *arguments, "--quiet")
    assert (code, out) == (2, "")
    assert said in err


# Strategies -----------------------------------------------------------------------------------------------------------


def test_a_strategy_and_workers_give_the_same_plan(capsys: pytest.CaptureFixture[str]) -> None:
    made = ("small.yaml", "--set", "offers.'south dy'.to_border=1 month", "--quiet", "--format", "json")
    plain = json.loads(answer(capsys, "solve", *made))
    apart = json.loads(answer(capsys, "solve", *made, "--strategy", "lshaped", "--workers", "2"))
    assert plain["manifest"]["strategy"] == "extensive"
    assert apart["manifest"]["strategy"] == "lshaped"
    assert "2 subtrees" in apart["manifest"]["why"]
    assert apart["cost"] == pytest.approx(plain["cost"], rel=2e-4)


def test_a_strategy_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "solve", "small.yaml", "--strategy", "guess")
    assert code == 2
    assert "guess" in err
    with pytest.raises(sourcing.ScenarioError, match="give one of auto, extensive, lshaped"):
        sourcing.solve("small.yaml", strategy="guess")
