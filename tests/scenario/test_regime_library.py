"""Regimes: the library is cited and right, names pull restrictions in, plans name what binds, switches are asked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sourcing
from sourcing import files, library, units
from sourcing.advice.questions import answers, questions
from sourcing.case import resolve
from sourcing.case.case import Case
from sourcing.errors import ScenarioError
from sourcing.facts import datasets
from sourcing.futures.effects import effects
from sourcing.outcome.binding_restrictions import in_force
from sourcing.pipeline.formulated import state
from sourcing.scenario.language.restrictions import RestrictionSpec
from sourcing.scenario.regime_expansion import pull_in
from sourcing.scenario.regime_library import regimes, written
from sourcing.units import QuantityKind
from tests.building import small

WANTED = (
    "cn-2010-quota",
    "cn-2010-embargo-japan",
    "cn-2023-gallium-germanium-licensing",
    "cn-2023-graphite-licensing",
    "cn-2024-antimony-licensing",
    "cn-2024-us-ban",
    "cn-2025-11-us-ban-suspension",
    "cn-2025-04-heavy-licensing",
    "cn-2025-04-heavy-practice",
    "cn-2025-10-announcement-61-62",
    "cn-2025-11-suspension-61-62",
    "cn-2026-01-announcement-1-japan",
    "cn-2026-01-japan-practice",
    "cn-2026-02-entity-lists",
    "drc-2025-cobalt-quota",
    "us-dfars-2027",
    "us-tariffs-section-301",
)
DY = "dysprosium-oxide"
HEAVY = "cn-2025-04-heavy-licensing"
SWITCH = "cn-2025-11-suspension-61-62"
each_regime = pytest.mark.parametrize("name", regimes())


def model(**parts: object) -> dict[str, Any]:
    """Six months; dysprosium from China at 100 USD/t or from Australia at 150, for Japan."""
    whole = small(
        6,
        materials={"dysprosium-oxide": {"unit": "t", "title": "Dy oxide"}},
        suppliers={"south": "China", "reef": "Australia"},
        offers={
            "south": {"material": DY, "price": "100 USD/t", "nameplate": "20 t/month"},
            "reef": {"material": DY, "price": "150 USD/t", "nameplate": "8 t/month"},
        },
        demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "1000 USD/t"}}}},
    )
    return whole | parts


def case(**parts: object) -> Case:
    return resolve(sourcing.load(model(**parts)))


def restrictions(**parts: object) -> dict[str, Any]:
    """Restrictions of the file as the document has them once regimes are pulled in."""
    found: dict[str, Any] = pull_in(files.load(model(**parts))).value["restrictions"]
    return found


# The library ----------------------------------------------------------------------------------------------------------


def test_the_regimes_asked_for_are_there() -> None:
    assert set(WANTED) <= set(regimes())


def quantities(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "value" in value:
            yield value
        yield from (found for part in value.values() for found in quantities(part))


@each_regime
def test_a_regime_is_dated_cited_and_its_numbers_are_those_of_their_rows(name: str) -> None:
    regime = regimes()[name]
    assert datasets.row(regime.row)["source"]
    assert regime.from_.first <= (regime.until or regime.from_).last
    for found in quantities(written().value[name]):
        if "row" not in found:
            assert found["assumption"], name
            continue
        reference, _, column = found["row"].partition(".")
        row = datasets.row(reference)
        unit = {"statutory_days": "statutory_unit", "observed_days": "observed_unit", "rule_value": "rule_unit"}
        if column in unit:
            stated = f"{row[column]} {row[unit[column]]}".replace("calendar ", "")
            assert units.days(units.parse(found["value"], QuantityKind.DURATION)) == units.days(
                units.parse(stated, QuantityKind.DURATION)
            )
        else:
            assert float(found["value"]) == row[column]


@each_regime
def test_its_restrictions_are_of_the_language_and_its_materials_of_the_tables(name: str) -> None:
    known = set(datasets.read("materials")["id"])
    regime = regimes()[name]
    assert regime.restrictions or regime.note
    for part in regime.restrictions.values():
        material = part["where"]["material"]
        assert set(material if isinstance(material, list) else [material]) <= known
        RestrictionSpec.model_validate(part)
    assert set(regime.switch.materials if regime.switch else ()) <= known


def test_official_text_and_observed_practice_are_two_entries() -> None:
    for official, observed in (
        (HEAVY, "cn-2025-04-heavy-practice"),
        ("cn-2026-01-announcement-1-japan", "cn-2026-01-japan-practice"),
    ):
        assert (regimes()[official].basis, regimes()[observed].basis) == ("official", "observed")


# Pulling in -----------------------------------------------------------------------------------------------------------


def test_a_regime_in_a_restriction_and_in_a_list() -> None:
    """Own keys go first; `where` keeps the materials of the model alone; dates, source and basis come along."""
    mine = restrictions(restrictions={"mine": {"regime": HEAVY, "until": "2027-03"}})["mine"]
    assert (mine["until"], mine["from"], mine["basis"], mine["regime"]) == ("2027-03", "2025-04-04", "official", HEAVY)
    assert mine["where"] == {"origin": "China", "material": ["dysprosium-oxide"]}
    assert mine["row"] == "controls/ctl-2025-04-04"
    assert restrictions(regimes=[HEAVY]) == restrictions(restrictions={HEAVY: {"regime": HEAVY}})
    assert restrictions(regimes=HEAVY, restrictions={HEAVY: {"until": "2027-03"}})[HEAVY] == mine


def test_a_regime_of_several_parts_gives_several_restrictions() -> None:
    """Of three parts one concerns dysprosium; a future speaks of it by the name that pulled it in."""
    futures = {
        "stays": {"probability": 0.5},
        "lapses": {"probability": 0.3, "restrictions": {"rules": {"until": "2027-03"}}},
        "gone": {"probability": 0.2, "restrictions": {"rules": None}},
    }
    found = case(restrictions={"rules": {"regime": "cn-2026-11-return-61-62"}}, futures=futures)
    names = [[(part.name, float(part.cover.sum())) for part in future.restrictions] for future in found.futures]
    assert names == [[("rules: reach abroad", 6.0)], [("rules: reach abroad", 3.0)], []]


def test_a_future_pulls_in_its_own() -> None:
    """All of the normal take or, in the ban, a twentieth of it (licensing/lic-014)."""
    futures = {"open": {"probability": 0.5}, "halt": {"probability": 0.5, "regimes": ["cn-2026-01-japan-practice"]}}
    risks = {"china": futures}
    for parts in ({"futures": futures}, {"risks": risks}):
        found = case(**parts)
        assert [[part.approval for part in future.restrictions] for future in found.futures] == [[], [0.05]]
        assert in_force(found, found.futures[1]) == ("cn-2026-01-japan-practice",)


def test_places_are_the_file_of_regimes_and_that_of_the_entry(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        f"extends: japan\nrestrictions:\n  mine: {{regime: {HEAVY},\n    until: 2027-03}}\n", encoding="utf-8"
    )
    merged = pull_in(files.load(file))
    lines = (library.data() / "regimes.yaml").read_text(encoding="utf-8").splitlines()
    place = merged.place(("restrictions", "mine", "delay"))
    assert place is not None
    assert place.file == "data/regimes.yaml"
    assert lines[place.line - 1 if place.line else 0].strip().startswith("delay: {value: 45 working days")
    assert str(merged.place(("restrictions", "mine", "until"))).endswith("mine.yaml:4")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"regimes": ["cn-2025-04-heavy-licencing"]}, rf"regimes\.0: there is no regime .*did you mean {HEAVY}"),
        ({"restrictions": {"a": {"regime": 7}}}, r"restrictions\.a\.regime: there is no regime '7'"),
        ({"regimes": ["cn-2023-graphite-licensing"]}, "concerns graphite-anode, .* none of them; .*has dys"),
        ({"regimes": ["cn-2025-11-suspension-61-62"]}, "restricts nothing by itself; .*cn-2026-11-return-61-62"),
        ({"regimes": 5}, "regimes: there is no regime '5'"),
        ({"restrictions": [1], "regimes": HEAVY}, "restrictions: "),
        ({"futures": {"a": {"probability": 1, "regimes": {"b": 1}}}}, r"futures\.a\.regimes: there is no regime"),
    ],
)  # fmt: skip
def test_what_cannot_be_pulled_in_is_said_with_its_cure(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        sourcing.load(model(**parts))


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        sourcing.load(model(regimes=["a", "b"]))
    assert len(caught.value.problems) == 2


# Plans ----------------------------------------------------------------------------------------------------------------


def test_lines_of_the_border_name_what_limits_them() -> None:
    """Until March the halt lets least through; from April on the ban does."""
    ban = {"where": {"origin": "China"}, "from": "2027-04", "approval": 0, "basis": "assumed"}
    plan = sourcing.solve(
        model(regimes=[HEAVY, "cn-2025-04-heavy-practice", "cn-2026-01-japan-practice"], restrictions={"ban": ban},
              open_orders={"waits": {"offer": "south", "site": "japan", "state": "waiting", "quantity": "5 t"}})
    )  # fmt: skip
    named = plan.border[plan.border["offer"] == "south"].set_index("period")["regimes"]
    assert "cn-2026-01-japan-practice" in named["2027-01"].split("; ")
    assert "ban" not in named["2027-01"].split("; ")
    assert {"ban"} <= set(named["2027-05"].split("; "))
    assert "cn-2026-01-japan-practice" not in named["2027-05"].split("; ")
    assert any("regimes in force: " in line and f"{HEAVY} (official)" in line for line in plan.assumptions)


def test_a_cover_is_released_by_the_name_of_a_regime() -> None:
    cover = {"days": "30 days", "shortfall_cost": "1 USD/t/month", "release": {"restriction": HEAVY}}
    stock = {"dy": {"material": "dysprosium-oxide", "site": "japan", "cover": cover}}
    named = case(stock=stock, restrictions={"mine": {"regime": HEAVY}})
    assert named.positions[0].cover is not None
    assert state(named).data.released.all()


def test_advice_names_what_limits_it() -> None:
    """Licences let a tenth through while they hold; the ban of one future binds in that future alone."""
    ban = {"where": {"origin": "China"}, "from": "2027-03", "approval": 0}
    plan = sourcing.solve(
        model(
            restrictions={HEAVY: {"regime": HEAVY, "approval": 0.1}},
            opening_stock={"dy": {"material": DY, "site": "japan", "quantity": "30 t"}},
            futures={
                "as now": {"probability": 0.9},
                "ban": {"probability": 0.1, "restrictions": {"ban": ban}},
            },
        )
    )
    (drawn,) = (line for line in plan.advice if "draw the opening" in line)
    assert drawn.endswith(f" while {HEAVY} holds.")
    assert [line for line in plan.advice if line.startswith("Order") and f"exports are limited by {HEAVY}." in line]
    (branch,) = (line for line in plan.advice if line.startswith("If 'ban' ("))
    assert "seen from 2027-03 (under ban): " in branch


# Questions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "start", "asked"),
    [
        ("2026-11", "2027-01", 1),
        (None, "2027-01", 1),
        ("2026-09", "2027-01", 1),  # due before the first day planned
        ("2026-09", "2026-10", 0),  # still to come
        ("2025-10", "2027-01", 0),  # not yet scheduled
    ],
)
def test_a_switch_that_is_past_is_asked(as_of: str | None, start: str, asked: int) -> None:
    parts: dict[str, object] = {"as_of": as_of} if as_of else {}
    found = questions(sourcing.load(model(horizon={"start": start, "periods": 6}, **parts)))
    assert len(found) == asked
    for question in found:
        assert "It was due on 2026-11-10 and concerns Dy oxide" in question
        assert "newest row that was read is of 2026-" in question


def test_a_question_says_how_old_the_data_are() -> None:
    """The newest row read in controls and licensing is of July 2026: four months before November."""
    (question,) = questions(sourcing.load(model(as_of="2026-11")))
    assert "of 2026-07 (controls/ctl-2026-06-29), 4 months before 2026-11" in question


def test_who_buys_nothing_concerned_is_not_asked() -> None:
    steel = json.loads(json.dumps(model()).replace("dysprosium-oxide", "steel"))
    assert questions(sourcing.load(steel)) == ()


@pytest.mark.parametrize(("country", "asked"), [("Japan", 0), ("United States", 1)])
def test_a_ban_for_one_country_is_asked_of_its_importers_alone(country: str, asked: int) -> None:
    gallium = json.loads(json.dumps(model(as_of="2026-12")).replace(DY, "gallium"))
    gallium["sites"]["japan"]["country"] = country
    found = questions(sourcing.load(gallium))
    assert [question.startswith("Did China renew the suspension of its ban on gallium") for question in found] == [
        True
    ] * asked


def test_questions_come_first_in_every_answer() -> None:
    plan = sourcing.solve(model(as_of="2026-11"))
    assert len(plan.questions) == 1
    assert list(plan.summary()).index("questions") < list(plan.summary()).index("advice")


def test_an_answered_question_stands_among_the_assumptions_in_the_words_of_the_file() -> None:
    words = "renewed to 2027-11, notice of the ministry of 2026-11-08"
    plan = sourcing.solve(model(as_of="2026-11", answered={SWITCH: words}))
    assert plan.questions == ()
    (said,) = (sentence for sentence in plan.assumptions if words in sentence)
    assert said.startswith("Did China renew")
    assert said.endswith(f"Answered in the file: {words} ({SWITCH})")


@pytest.mark.parametrize(("as_of", "start", "told"), [("2026-09", "2027-01", 1), ("2026-09", "2026-10", 0)])
def test_an_answer_of_later_than_as_of_is_hidden(as_of: str, start: str, told: int) -> None:
    """As the question: due before the first day planned, or still to come."""
    parts: dict[str, Any] = {"as_of": as_of, "horizon": {"start": start, "periods": 6}, "answered": {SWITCH: "yes"}}
    assert len(answers(sourcing.load(model(**parts)))) == told


@pytest.mark.parametrize(
    ("answered", "message"),
    [
        (
            {"cn-2025-11-suspension-61": "yes"},
            f"there is no question 'cn-2025-11-suspension-61'; did you mean {SWITCH}",
        ),
        ({HEAVY: "yes"}, f"there is no question '{HEAVY}'; "),  # a regime that leaves nothing open
        ({SWITCH: "  "}, "says nothing; write the answer in a few words"),
        ({SWITCH: True}, "true is not text; write it as text"),
    ],
)
def test_an_answer_needs_a_question_and_words(answered: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        sourcing.load(model(answered=answered))
    (line,) = str(error.value).splitlines()
    assert line.startswith("scenario: answered.")
    assert message in line


# Duties ---------------------------------------------------------------------------------------------------------------

TARIFF = "us-tariffs-section-301"


def bought(lane: dict[str, Any], **more: Any) -> sourcing.Plan:
    """12 t of Chinese tungsten at 100 USD/kg for an American plant, at once, and nothing else."""
    return sourcing.solve(
        {
            "horizon": {"start": "2027-01", "periods": 1},
            "materials": {"tungsten": {"unit": "t", "stage": "chemical"}},
            "sites": {"plant": {"country": "United States"}},
            "suppliers": {"mill": {"country": "China"}},
            "offers": {
                "powder": {"supplier": "mill", "material": "tungsten", "price": "100 USD/kg", "expected": "12 t/month"}
            },
            "lanes": {"sea": {"where": {"origin": "China"}, "site": "plant", **lane}},
            "demand": {"drills": {"site": "plant", "material": "tungsten", "need": "12 t/month", "firm": True}},
            "regimes": [TARIFF],
            **more,
        }
    )


def test_a_duty_counts_once() -> None:
    """12 t at 100 USD/kg are 1.2 million: a quarter more by the regime, by the lane, or, where the lane says nothing,
    by both: 1.25 x 1.25."""
    assert bought({}).cost == pytest.approx(1.2e6 * 1.25)
    assert bought({"duty": "25 %", "duty_regimes": TARIFF}).cost == pytest.approx(1.2e6 * 1.25)
    assert bought({"duty": "25 %"}).cost == pytest.approx(1.2e6 * 1.25**2)


def test_what_is_not_counted_twice_is_said() -> None:
    found = bought({"duty": "25 %", "duty_regimes": TARIFF})
    assert any(
        "the duty of the lanes of powder holds that of us-tariffs-section-301 already" in said for said in found.unkept
    )
    assert any(TARIFF in said for said in found.assumptions)
    assert not any("holds that of" in said for said in bought({}).unkept)


def test_the_united_states_pay_section_301_once() -> None:
    """The regime moves no price of the model, whose lanes hold it; a measure of the user's own still does."""
    alone = resolve(sourcing.load({"extends": "united_states"}))
    with_it = resolve(sourcing.load({"extends": "united_states", "regimes": [TARIFF]}))
    at_first, then = (effects(case, case.futures[0]).price for case in (alone, with_it))
    assert then == pytest.approx(at_first)
    own = {"price": 1.25, "where": {"origin": "China", "material": "tungsten"}}
    moved = resolve(sourcing.load({"extends": "united_states", "restrictions": {"a new duty": own}}))
    rows = [row for row, offer in enumerate(moved.offers) if offer.origin == "China" and offer.material == "tungsten"]
    ratio = effects(moved, moved.futures[0]).price / at_first
    assert ratio[rows] == pytest.approx(1.25)
    assert max(ratio[row].max() for row in range(len(ratio)) if row not in rows) == pytest.approx(1.0)


def test_a_lane_names_regimes_that_exist() -> None:
    with pytest.raises(ScenarioError, match="there is no regime 'us-tariffs-section-31'; did you mean us-tariffs-sec"):
        bought({"duty": "25 %", "duty_regimes": "us-tariffs-section-31"})
