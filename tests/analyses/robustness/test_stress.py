"""stress: what its tables come to, by another way; the command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sourcing.analyses.robustness.stress import Stress, interval, stress
from sourcing.analyses.robustness.stress_sentences import FORESIGHT, LIVED, THE_SAME
from sourcing.cli.stress_command import command
from sourcing.errors import ScenarioError
from tests.analyses.robustness.test_rolling_planner import SCENARIO


@pytest.fixture(scope="module")
def found() -> Stress:
    return stress(SCENARIO, futures=6, live=3, seed=4, gap=1e-6)


def test_means_are_those_of_the_futures(found: Stress) -> None:
    cost = found.courses.set_index("course")["expected_cost"]
    lived = found.futures.dropna()
    assert len(lived) == 3
    assert cost[LIVED] == pytest.approx(lived["lived_cost"].mean())
    assert cost[THE_SAME] == pytest.approx(lived["best_cost"].mean())
    assert cost[FORESIGHT] == pytest.approx(found.futures["best_cost"].mean())
    assert (lived["lived_cost"] >= lived["best_cost"] * (1 - 1e-6)).all()


def test_gaps_are_paired(found: Stress) -> None:
    lived = found.futures.dropna()
    apart = (lived["best_cost"] - lived["lived_cost"]).to_numpy()
    row = found.gaps.set_index("course").loc[THE_SAME]
    assert (row["extra_cost"], row["cost_low"], row["cost_high"]) == pytest.approx(interval(apart))
    assert {"as today", "60 days"} <= set(found.gaps["course"])


def test_the_interval_is_that_of_student() -> None:
    # Four values 1, 2, 3, 4: mean 2.5, deviation 1.291, t(0.975, 3) = 3.182.
    assert interval(np.array([1.0, 2, 3, 4])) == pytest.approx(
        (2.5, 2.5 - 3.182 * 0.6455, 2.5 + 3.182 * 0.6455), rel=1e-3
    )


def test_one_future_that_cannot_move_costs_what_the_plan_costs() -> None:
    """No range of prices and no measure: every fresh future is the one of the file."""
    steady = {**SCENARIO["offers"]["from a"], "price": "50 USD/kg"}
    calm = {**SCENARIO, "offers": {**SCENARIO["offers"], "from a": steady}, "futures": {"calm": {"probability": 1}}}
    found = stress(calm, futures=3, live=2, gap=1e-9)
    assert found.courses["expected_cost"][:3].tolist() == pytest.approx(
        [found.courses["expected_cost"][0]] * 3, rel=1e-6
    )
    assert found.gaps.set_index("course").loc[THE_SAME, "extra_cost"] == pytest.approx(0, abs=10)


@pytest.mark.parametrize("counts", [{"futures": 1}, {"futures": 5, "live": 1}])
def test_a_mean_of_one_has_no_interval(counts: dict[str, int]) -> None:
    with pytest.raises(ScenarioError, match="at least 2"):
        stress(SCENARIO, **counts)


def test_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(json.dumps(SCENARIO), encoding="utf-8")  # JSON is YAML
    arguments = [str(file), "--futures", "3", "--live", "2", "--quiet", "--format", "json"]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    assert [row["sample"] for row in json.loads(result.output)["courses"]][:3] == [3, 2, 2]
