"""Every question takes a file, a mapping, a loaded Scenario, a plan or its folder, and reads the same of each."""

from pathlib import Path

import pytest

import sourcing
from sourcing.errors import ScenarioError
from sourcing.files.saved_document import from_json, to_json
from sourcing.pipeline.source import document, load, prepare

NATION = """\
title: nation
horizon: {start: 2027-01, periods: 3}
materials: {oil: {unit: t}}
sites: {plant: {country: Japan}}
suppliers: {near: {country: Japan}, far: {country: China}}
offers:
  dear: {supplier: near, material: oil, price: {value: 150 USD/t, low: 120 USD/t, high: 180 USD/t}}
  cheap: {supplier: far, material: oil, price: 100 USD/t, nameplate: 20 t/month}
lanes: {sea: {where: {material: oil}, site: plant}}
demand: {inherited: {material: oil, site: plant, need: 10 t/month, shortage: {lost: {cost: 1000 USD/t}}}}
futures:
  calm: {probability: 0.7}
  ban: {probability: 0.3, restrictions: {stop: {where: {origin: China}, from: 2027-02, until: 2027-03, approval: 0}}}
"""

# Its parent states need and offers of the nation, this file a share of them and one need at its own scale: what `size`
# scales depends on how far up its files each number was stated.
SHARE = """\
extends: nation.yaml
size: 0.5
demand: {typed: {material: oil, site: plant, need: 1 t/month, shortage: {lost: {cost: 900 USD/t}}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "nation.yaml").write_text(NATION)
    (tmp_path / "mine.yaml").write_text(SHARE)
    return tmp_path / "mine.yaml"


def test_all_kinds_of_source_give_the_same_plan(file: Path, tmp_path: Path) -> None:
    plan = sourcing.solve(file)
    folder = plan.save(tmp_path / "plan")
    file.with_name("nation.yaml").unlink()  # nothing is read again of what a plan was made of
    for source in (plan, folder, str(folder), sourcing.load(plan)):
        again = sourcing.solve(source)
        assert again.cost == pytest.approx(plan.cost, rel=1e-12)
        assert again.orders.equals(plan.orders)
        assert again.manifest.inputs == plan.manifest.inputs


def test_what_a_size_scales_is_known_of_a_saved_plan_too(file: Path, tmp_path: Path) -> None:
    """Half of the nation's need of 10 t, and all of the 1 t that is typed."""
    folder = sourcing.solve(file).save(tmp_path / "plan")
    for source in (file, folder):
        assert [float(demand.need[0]) for demand in prepare(source).demands] == pytest.approx([5.0, 1.0])


def test_a_document_comes_back_from_json_as_it_was(file: Path) -> None:
    stated = document(file)
    again = from_json(to_json(stated))
    assert (again.value, dict(again.ranks), again.sized) == (stated.value, dict(stated.ranks), stated.sized)


def test_overrides_change_a_loaded_scenario_and_a_plan(file: Path) -> None:
    scenario, dearer = load(file), ("demand.typed.need=3 t/month",)
    assert prepare(scenario, dearer).demands[1].need[0] == pytest.approx(3.0)
    assert prepare(sourcing.solve(scenario), dearer).demands[1].need[0] == pytest.approx(3.0)
    assert prepare(scenario).demands[1].need[0] == pytest.approx(1.0)


def test_where_a_scenario_was_read_tells_none_from_another(file: Path) -> None:
    assert load(file) == load(from_json(to_json(document(file))))
    assert repr(load(file)) == repr(load(from_json(to_json(document(file)))))


def test_a_scenario_that_was_changed_says_that_it_has_no_file(file: Path) -> None:
    changed = load(file).model_copy(update={"title": "other"})
    assert sourcing.solve(changed).title == "other"
    with pytest.raises(ScenarioError, match="changed in Python does not know what its file would say; give the"):
        sourcing.tornado(changed)
