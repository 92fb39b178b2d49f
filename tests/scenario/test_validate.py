"""Whatever is wrong in a scenario file is told with file, line, cause and cure."""

import itertools
import re
from pathlib import Path

import pytest

from sourcing import files
from sourcing.errors import ScenarioError
from sourcing.scenario import Scenario, validate

BASE = """\
title: small
horizon: {start: 2027-01, periods: 3}
materials: {dysprosium-oxide: {unit: t}}
sites: {japan: {country: Japan}}
suppliers: {south: {country: China}, lynas: {country: Malaysia}}
offers:
  south dy: {supplier: south, material: dysprosium-oxide, price: 290 USD/kg, licensable: 30 t/month}
  lynas dy: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg}
lanes: {to japan: {where: {material: dysprosium-oxide}, site: japan}}
demand:
  motors: {material: dysprosium-oxide, site: japan, need: 30 t/month, shortage: {lost: {cost: 2000 USD/kg}}}
restrictions:
  licensing: {where: {origin: China}, approval: 0.9, until: 2027-02}
"""


def scenario(text: str) -> Scenario:
    """The scenario of a file that extends base.yaml; the first line of `text` is line 2."""
    Path("a.yaml").write_text("extends: ./base.yaml\n" + text, encoding="utf-8")
    return validate(files.load("a.yaml"))


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE, encoding="utf-8")


def told(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        scenario(text)
    return str(error.value).splitlines()


def test_the_file_that_the_others_spoil_is_right() -> None:
    assert scenario("").title == "small"


# One mistake each: (what is written, how the message begins, how it ends)
MISTAKES = {
    "unknown key": (
        "horizon: {start: 2027-01, period: month, perods: 3}",
        "a.yaml:2: horizon.perods: 'perods' is not known here; did you mean periods",
        "there are: beyond, period, periods, start",
    ),
    "unknown key of a named part": (
        "offers:\n  south dy: {prise: 1}",
        "a.yaml:3: offers.'south dy'.prise: 'prise' is not known here; did you mean price? there are: ",
        "yield",
    ),
    "unknown subject": (
        "ofers: {}",
        "a.yaml:2: ofers: 'ofers' is not known here; did you mean offers? there are: ",
        "",
    ),
    "missing key": (
        "suppliers:\n  iluka: {}",
        "a.yaml:3: suppliers.iluka: 'country' is missing",
        "; add it",
    ),
    "wrong unit": (
        "offers:\n  south dy:\n    price: 290 USD/month",
        "a.yaml:4: offers.'south dy'.price: '290 USD/month' is of another kind, a price is wanted",
        "; write it as '290 USD/kg'",
    ),
    "two ways of stocking": (
        "stock:\n  dy: {material: dysprosium-oxide, site: japan}\n  more: {material: dysprosium-oxide, site: japan}",
        "a.yaml:4: stock.more: stock 'dy' says how dysprosium-oxide is stocked at japan already",
        "; make them one, or remove one",
    ),
    "wrong number": (
        "risk: {tail: 2}",
        "a.yaml:2: risk.tail: 2 must be at most 1",
        "; write a number in that range",
    ),
    "a word where a mapping belongs": (
        "horizon: soon",
        "a.yaml:2: horizon: 'soon' stands where names with values belong",
        "; write them as name: value, indented or in {}",
    ),
    "a risk without futures": (
        "risks: {weather: {}}",
        "a.yaml:2: risks.weather: a mapping has nothing in it",
        "; name at least one, or leave it out",
    ),
    "wrong review dates": (
        "offers:\n  lynas dy: {qualification: {cost: 1 MUSD, time: 1 month, decide: soon}}",
        "a.yaml:3: offers.'lynas dy'.qualification.decide: 'soon' is neither now nor any nor a list of dates",
        "; write now, any, or [2027-04, 2027-10]",
    ),
    "a row that is not there": (
        "offers:\n  lynas dy: {price: {value: 600 USD/kg, row: prices/prc-99999}}",
        "a.yaml:3: offers.'lynas dy'.price.row: no row 'prc-99999' in table 'prices'",
        "?",
    ),
    "a column that is not there": (
        "restrictions:\n  licensing: {row: licensing/lic-014.flow}",
        "a.yaml:3: restrictions.licensing.row: no column 'flow' in the row licensing/lic-014; did you mean flow_ratio",
        "?",
    ),
    "a rate of no currency": (
        "rates: {RMB: 0.14}",
        "a.yaml:2: rates.RMB: 'RMB' is not a currency known; there are: AUD, CAD, CNY",
        "VND",
    ),
    "wrong word": (
        "horizon: {period: day}",
        "a.yaml:2: horizon.period: 'day' is not one of the words known",
        "; write 'week', 'month', 'quarter' or 'year'",
    ),
    "a quantity where a range is possible": (
        "contracts:\n  long: {offer: lynas dy, volume: 5 t}",
        "a.yaml:3: contracts.long.volume: '5 t' is a mass, a mass per time is wanted",
        "; write it as '5 t/year'",
    ),
    "a range where a quantity is possible": (
        "contracts:\n  long: {offer: lynas dy, volume: {at_least: 1 t/month, at_most: 9 t}}",
        "a.yaml:3: contracts.long.volume.at_most: '9 t' is a mass, a mass per time is wanted",
        "; write it as '9 t/year'",
    ),
    "probabilities": (
        "futures:\n  calm: {probability: 0.5}\n  ban:\n    probability: 0.4",  # 0.5 + 0.4
        "a.yaml:5: futures.ban.probability: probabilities of futures sum to 0.9, must be 1",
        "; add a future of 0.1 or raise one",
    ),
    "a where that picks nothing": (
        "restrictions:\n  ban:\n    approval: 0\n    where: {material: dysprosium-oxide, origin: Chile}",
        "a.yaml:5: restrictions.ban.where.origin: no origin is 'Chile'; did you mean China",
        "there are: China, Malaysia",
    ),
    "a where whose keys exclude each other": (
        "restrictions:\n  ban:\n    approval: 0\n    where: {origin: China, supplier: lynas}",
        "a.yaml:5: restrictions.ban.where.supplier: nothing left has supplier 'lynas'",
        "; of what the other keys pick, supplier is one of south",
    ),
    "dates reversed": (
        "restrictions:\n  licensing:\n    from: 2027-06\n    until: 2027-03",
        "a.yaml:5: restrictions.licensing.until: until 2027-03 is before from 2027-06",
        "; swap them or change one",
    ),
    "unknown offer": (
        "contracts:\n  long: {offer: lynaz dy, volume: 2 t/month}",
        "a.yaml:3: contracts.long.offer: there is no offer 'lynaz dy'; did you mean lynas dy",
        "there are: lynas dy, south dy",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_has_one_message(mistake: str) -> None:
    text, begins, ends = MISTAKES[mistake]
    (message,) = told(text)
    assert message.startswith(begins)
    assert message.endswith(ends)


def test_risks_that_multiply_beyond_reason_are_refused() -> None:
    """Ten risks of two futures each are 1024; nine are 512."""
    risk = "  r{}: {{a: {{probability: 0.5}}, b: {{probability: 0.5}}}}\n"
    (message,) = told("risks:\n" + "".join(risk.format(number) for number in range(10)))
    assert message.startswith("a.yaml:2: risks: 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 = 1024 futures, more than 1000; ")
    assert len(scenario("risks:\n" + "".join(risk.format(number) for number in range(9))).risks) == 9


def test_a_circle_of_files() -> None:
    Path("base.yaml").write_text("title: b\nextends: ./a.yaml\n", encoding="utf-8")
    (message,) = told("size: 1\n")
    assert message.startswith("base.yaml:2: extends: extends goes in a circle: a.yaml -> base.yaml -> a.yaml; let one")


def test_many_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    messages = told("size: -1\noffers:\n  south dy:\n    price: cheap\n    prise: 1\nsuppliers:\n  iluka: {}\n")
    assert [message.split(": ")[0] for message in messages] == ["a.yaml:2", "a.yaml:5", "a.yaml:6", "a.yaml:8"]
    messages = told("contracts:\n  x: {offer: a, volume: 1 t/month}\n  y: {offer: b, volume: 1 t/month}\n")
    assert [message.split(": ")[0] for message in messages] == ["a.yaml:3", "a.yaml:4"]


# Futures, whose restrictions merge over those of the file

BAN = "futures:\n  ban:\n    probability: 1\n    restrictions:\n      licensing:\n        {}\n"


def test_a_restriction_of_a_future_keeps_what_it_does_not_say() -> None:
    restriction = scenario(BAN.format("approval: 0")).futures["ban"].restrictions["licensing"]
    assert restriction is not None
    assert restriction.approval is not None
    assert restriction.approval.measure.number == 0
    assert str(restriction.where) == "origin: China"
    assert restriction.until is not None
    assert restriction.until.text == "2027-02"


def test_null_in_a_future_takes_a_key_away() -> None:
    restriction = scenario(BAN.format("until: null")).futures["ban"].restrictions["licensing"]
    assert restriction is not None
    assert restriction.until is None


def test_a_mistake_in_a_future_has_its_own_place() -> None:
    assert told(BAN.format("approval: 1.4")) == [
        "a.yaml:7: futures.ban.restrictions.licensing.approval: 1.4 is above 1; "
        "give a share between 0 and 1, or a percentage up to 100 %"
    ]
    (message,) = told(BAN.format("from: 2027-03"))  # after the end that it takes over
    assert message.startswith(
        "a.yaml:6: futures.ban.restrictions.licensing.until: until 2027-02 is before from 2027-03"
    )


@pytest.mark.parametrize("mistake", ["approval: 1.4", "where: {origin: Chian}"])
def test_a_mistake_that_futures_take_over_is_told_once_where_it_stands(mistake: str) -> None:
    (message,) = told(f"restrictions:\n  licensing:\n    {mistake}\n" + BAN.format("delay: 1 month"))
    assert message.startswith(f"a.yaml:4: restrictions.licensing.{mistake.split(':')[0]}")


def test_a_key_without_a_value_is_not_taken_over() -> None:
    slow = "restrictions:\n  slow: {where: {origin: China}, until: null, approval: 0.5}\n"
    part = scenario(slow + BAN.replace("licensing", "slow").format("approval: 0.3")).futures["ban"].restrictions["slow"]
    assert part is not None
    assert part.until is None


# All stages at once


def test_mistakes_of_every_stage_are_told_in_one_run() -> None:
    """A type, a name, a regime, a selection, a sum, a range; the contract on what may yet be mended is not told."""
    messages = told(
        "offers:\n"
        "  south dy: {price: 290 USD/month}\n"
        "contracts:\n"
        "  long: {offer: lynaz dy, volume: 2 t/month}\n"
        "  short: {offer: lynas dy, volume: {at_least: 9 t/month, at_most: 2 t/month}}\n"
        "  other: {offer: south dy, volume: 2 t/month}\n"
        "restrictions:\n"
        "  licensing: {where: {origin: Chna}}\n"
        "  new: {regime: cn-2025-04-hevy-licensing}\n"
        "futures: {calm: {probability: 0.5}, ban: {probability: 0.4}}\n"
    )
    assert [message.split("; ")[0] for message in messages] == [
        "a.yaml:3: offers.'south dy'.price: '290 USD/month' is of another kind, a price is wanted",
        "a.yaml:5: contracts.long.offer: there is no offer 'lynaz dy'",
        "a.yaml:6: contracts.short.volume: at_least is above at_most",
        "a.yaml:9: restrictions.licensing.where.origin: no origin is 'Chna'",
        "a.yaml:10: restrictions.new.regime: there is no regime 'cn-2025-04-hevy-licensing'",
        "a.yaml:11: futures.ban.probability: probabilities of futures sum to 0.9, must be 1",
    ]


def without_place(messages: list[str]) -> set[str]:
    """Path and cause; what else there is may differ when a part is out."""
    return {message.split(": ", 1)[1].split("; ")[0] for message in messages}


def test_two_mistakes_are_told_as_each_alone_and_never_a_third() -> None:
    """Every pair of the mistakes above that stand in different parts: both are told, save where one hides the other."""
    alone = {name: without_place(told(text)) for name, (text, _, _) in MISTAKES.items()}
    pairs, whole = 0, 0
    for one, other in itertools.combinations(MISTAKES, 2):
        texts = [MISTAKES[name][0] for name in (one, other)]
        if texts[0].split(":")[0] == texts[1].split(":")[0]:
            continue
        found = without_place(told("\n".join(texts) + "\n"))
        assert found <= alone[one] | alone[other], (one, other)
        assert found, (one, other)
        pairs, whole = pairs + 1, whole + (found == alone[one] | alone[other])
    assert pairs > 150
    assert whole > 0.9 * pairs


# A mistake that could seem to make another: what is written, and the only things to tell.
FOLLOWED = {
    "a contract on an offer that is wrong": (
        "offers:\n  south dy: {price: cheap}\ncontracts:\n  x: {offer: south dy, volume: 1 t/month}",
        {"offers.'south dy'.price"},
    ),
    "a subject misspelt": (
        "ofers:\n  new: {supplier: lynas, material: dysprosium-oxide, price: 1 USD/kg}\n"
        "contracts:\n  x: {offer: new, volume: 1 t/month}",
        {"ofers"},
    ),
    "a subject that is no mapping": (
        "suppliers: 5\nrules:\n  x: {share: {of: {supplier: lynas}, at_most: 0.5}}",
        {"suppliers"},
    ),
    "the only supplier of a country": (
        "suppliers:\n  lynas: {contry: Malaysia, country: 5}\n"
        "rules:\n  x: {share: {of: {origin: Malaysia}, at_most: 0.5}}",
        {"suppliers.lynas.contry", "suppliers.lynas.country"},
    ),
    "a tag misspelt": (
        "suppliers:\n  lynas: {tag: allied}\nrules:\n  x: {share: {of: {tag: allied}, at_most: 0.5}}",
        {"suppliers.lynas.tag"},
    ),
    "a future of odds that cannot be read": (
        "futures:\n  a: {probability: half}\n  b: {probability: 0.5}",
        {"futures.a.probability"},
    ),
    "a lane that is wrong": (
        "lanes:\n  to japan: {where: {material: dysprosium-oxid}}\n"
        "contracts:\n  x: {offer: south dy, volume: 1 t/month}\ndemand:\n  motors: {firm: true, shortage: null}",
        {"lanes.'to japan'.where.material"},
    ),
    "an offer of an unknown supplier": (
        "offers:\n  lynas dy: {supplier: lynaz}\nrules:\n  x: {share: {of: {origin: Malaysia}, at_most: 0.5}}",
        {"offers.'lynas dy'.supplier"},
    ),
    "a licensable amount that cannot be read": (
        "offers:\n  south dy: {licensable: 5 t}",
        {"offers.'south dy'.licensable"},
    ),
    "a regime misspelt, a cover released by its restriction": (
        "restrictions:\n  mine: {regime: cn-2025}\n"
        "stock:\n  dy: {material: dysprosium-oxide, site: japan, cover: {days: 9 days, shortfall_cost: 1 USD/kg/year, "
        "release: {restriction: mine}}}",
        {"restrictions.mine.regime"},
    ),
    "no horizon": ("horizon: null\nsize: -1", {"'horizon' is missing; add it", "size"}),
}  # fmt: skip


@pytest.mark.parametrize("case", FOLLOWED)
def test_no_mistake_is_told_that_another_only_seems_to_make(case: str) -> None:
    text, paths = FOLLOWED[case]
    found = {re.sub(r"^\S+?:(\d+:)? ", "", message).split(": ")[0] for message in told(text + "\n")}
    assert found <= paths
    assert found
