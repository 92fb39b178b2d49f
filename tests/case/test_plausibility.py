"""What no plan can do or nobody can mean is told before the solve, with its line; what has no effect is noted."""

from pathlib import Path

import pytest

from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.pipeline.source import prepare

# Ten tonnes a month for six months; reef sells 8 t a month and is at the border after a month, south has no limit.
BASE = """\
horizon: {start: 2027-01, periods: 6}
materials: {dy: {unit: t}}
sites: {japan: {country: Japan}}
suppliers: {reef: {country: Australia}, south: {country: China}}
offers:
  reef: {supplier: reef, material: dy, price: 100 USD/t, nameplate: 8 t/month, to_border: 1 month}
  south: {supplier: south, material: dy, price: 90 USD/t, nameplate: 20 t/month}
lanes: {all: {where: {material: dy}, site: japan}}
demand: {motors: {material: dy, site: japan, need: 10 t/month, shortage: {lost: {cost: 1000 USD/t}}}}
stock: {dy: {material: dy, site: japan, holding: 1 USD/t/month}}
"""
ONLY_REEF = "lanes: {all: {where: {offer: reef}, site: japan}}\n"


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE, encoding="utf-8")


def write(text: str) -> str:
    Path("a.yaml").write_text("extends: ./base.yaml\n" + text, encoding="utf-8")
    return "a.yaml"


# Left at the border at the end of June a unit has cost 250 and 10 of holding, and brings what it is worth less 15 of
# freight: up to 275 it is not worth it, and storage stops what is delivered.
SEIZED = """\
offers: {{south: {{price: 250 USD/t, nameplate: null, licensable: 14 t/month}}}}
lanes: {{all: {{freight: 15 USD/t}}}}
futures:
  calm: {{probability: 0.5}}
  ban:
    probability: 0.5
    restrictions: {{ban: {{where: {{origin: China}}, from: 2027-03, approval: 0.8, seizes: true}}}}
stock: {{dy: {{holding: 10 USD/t/month, storage: 53 t, end: {{value: {} USD/t}}}}}}
"""

ERRORS = {
    "opening stock above storage": (
        "stock: {dy: {storage: 20 t}}\nopening_stock: {tank: {material: dy, site: japan, quantity: 25 t}}",
        "a.yaml:3: opening_stock.tank.quantity: 25 t of dy are held at japan, where storage is 20 t; "
        "correct one of them: this, or stock.dy.storage",
    ),
    "opening stock in days above storage": (  # 93 days of 10/31 t are 30 t
        "stock: {dy: {storage: 20 t}}\nopening_stock: {tank: {material: dy, site: japan, quantity: 93 days}}",
        "a.yaml:3: opening_stock.tank.quantity: 30 t of dy are held at japan, where storage is 20 t; "
        "correct one of them: this, or stock.dy.storage",
    ),
    "a signed contract above capacity": (  # March to April: 2 x 9 t against 2 x 8 t
        "contracts:\n  long: {offer: reef, signed: true, volume: 9 t/month, from: 2027-03, until: 2027-04}",
        "a.yaml:3: contracts.long.volume: at least 18 t are to be taken within the plan, and reef has 16 t for sale "
        "in that time; lower the volume, or raise offers.reef.expected or nameplate",
    ),
    "a smallest order above capacity": (
        "offers:\n  reef: {minimum_order: 9 t}",
        "a.yaml:3: offers.reef.minimum_order: the smallest order is 9 t, and at most 8 t are for sale in any month; "
        "lower it, raise the capacity, or plan in longer periods",
    ),
    "firm cover out of reach": (  # 28 days of February are wanted at the end of January, and reef takes a month
        ONLY_REEF + "stock: {dy: {cover: {days: 28 days, shortfall_cost: 1 USD/t/year, firm: true}}}",
        "a.yaml:3: stock.dy.cover: firm cover of 28 days is 10 t in 2027-01, when opening stock, open orders and all "
        "that can arrive by then come to 0 t; cover fewer days, hold more at the beginning, "
        "state a release beside firm, or leave out firm",
    ),
    "firm cover above storage": (  # February and March: 59 days, 20 t
        "stock:\n  dy: {storage: 12 t, cover: {days: 59 days, shortfall_cost: 1 USD/t/year, firm: true}}",
        "a.yaml:3: stock.dy.cover: firm cover of 59 days comes to 20 t, and storage is 12 t; "
        "cover fewer days, or state more storage",
    ),
    "an end value that pays for hoarding at the border": (
        SEIZED.format(276).rstrip(),
        "a.yaml:9: stock.dy.end.value: what is left is worth 276 USD/t, and south delivers any amount for 265 USD/t: "
        "the plan would buy without end",
    ),
    "an end value that pays for what has not been shipped": (  # 90 USD/t, and 15 of freight a month later
        "offers: {south: {nameplate: null, to_border: 1 month}}\nlanes: {all: {freight: 15 USD/t}}\n"
        "stock:\n  dy: {end: {value: 107 USD/t}}",
        "a.yaml:5: stock.dy.end.value: what is left is worth 107 USD/t, and south delivers any amount for 105 USD/t: "
        "the plan would buy without end",
    ),
    "an end value that pays for hoarding without end": (
        "offers: {south: {nameplate: null}}\nstock:\n  dy: {end: {value: 120 USD/t}}",
        "a.yaml:4: stock.dy.end.value: what is left is worth 120 USD/t, and south delivers any amount for 90 USD/t: "
        "the plan would buy without end; lower the value, leave it out, or state offers.south.nameplate or the storage",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_no_plan_can_do(case: str) -> None:
    text, message = ERRORS[case]
    with pytest.raises(ScenarioError) as error:
        prepare(write(text + "\n"))
    assert str(error.value).startswith(message)


def test_all_of_it_at_once_and_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    parts = "offers: {reef: {minimum_order: 9 t}}\ncontracts: {long: {offer: reef, signed: true, volume: 9 t/month}}\n"
    write(parts + "stock: {dy: {storage: 2 t}}\nopening_stock: {tank: {material: dy, site: japan, quantity: 25 t}}\n")
    with pytest.raises(SystemExit) as stop:
        main(["check", "a.yaml"])
    assert stop.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines] == ["a.yaml:2", "a.yaml:3", "a.yaml:5"]


# What is just possible: (what is written), and nothing is said
POSSIBLE = {
    "stock as large as storage": "stock: {dy: {storage: 20 t}}\n"
    "opening_stock: {tank: {material: dy, site: japan, quantity: 20 t}}",
    "a national reserve beside storage": "stock: {dy: {storage: 20 t}}\n"
    "opening_stock: {tank: {material: dy, site: japan, quantity: 90 t, status: national}}",
    "a contract of all there is": "contracts: {long: {offer: reef, signed: true, volume: 8 t/month}}",
    "an order of all there is": "offers: {reef: {minimum_order: 8 t}}",
    "cover from opening stock": ONLY_REEF
    + "stock: {dy: {cover: {days: 28 days, shortfall_cost: 1 USD/t/year, firm: true}}}\n"
    "opening_stock: {tank: {material: dy, site: japan, quantity: 12 t}}",
    "an end value that the price exceeds": "offers: {south: {nameplate: null}}\nstock: {dy: {end: {value: 80 USD/t}}}",
    "an end value that freight exceeds, on a lane that may be seized": SEIZED.format(274),
    "an end value with licences in every future": "offers: {south: {nameplate: null, licensable: 5 t/month}}\n"
    "restrictions: {halt: {where: {origin: China}, approval: 0.5}}\nstock: {dy: {end: {value: 120 USD/t}}}",
    "an end value with limited supply": "stock: {dy: {end: {value: 120 USD/t}}}",
}


@pytest.mark.parametrize("case", POSSIBLE)
def test_what_is_just_possible(case: str) -> None:
    assert prepare(write(POSSIBLE[case] + "\n")).notices == ()


BAN = "futures:\n  ban: {{probability: 1, restrictions: {{halt: {{where: {{origin: {}}}, approval: 0, {}}}}}}}\n"
NOTES = {
    "a measure after the plan": (
        BAN.format("China", "from: 2028-01"),
        "future ban: halt lies outside the plan (2027-01 to 2027-06): it changes nothing",
    ),
    "tonnes of an invoice as megatonnes": (
        "opening_stock: {tank: {material: dy, site: japan, quantity: 12 Mt}}\n",
        "opening_stock.tank.quantity: a million tonnes or more; where metric tons are meant, write t "
        "(Mt is a million t)",
    ),
    "a price by megatonne": (
        "offers: {reef: {price: 310000 USD/Mt}, south: {price: {2026: 900 USD/Mt, 2027-03: 9 USD/t}}}\n",
        "offers.reef.price, offers.south.price.2026: less than 1 USD/t; where it is per metric ton, write /t "
        "(Mt is a million t)",
    ),
    "a contract before the plan": (
        "contracts: {old: {offer: reef, signed: true, volume: 2 t/month, until: 2026-12}}\n",
        "contract old: its term lies outside the plan (2027-01 to 2027-06): it changes nothing",
    ),
    "a qualification longer than the plan": (
        "offers: {reef: {qualification: {cost: 1 USD, time: 6 months}}}\n",
        "reef: qualification ends after the plan: never usable in it",
    ),
    "a qualification that never starts": (
        "offers: {reef: {qualification: {cost: 1 USD, time: 1 month, decide: [2028-01]}}}\n",
        "reef: qualification may start at no time within the plan: never usable",
    ),
    "an offered contract above capacity": (
        "contracts: {new: {offer: reef, volume: 9 t/month}}\n",
        "contract new: its least volume within the plan is 54 t, "
        "and 48 t of reef are for sale to this importer in that time",
    ),
    "a smallest order above a fair share": (  # 8 t x 0.1
        "size: 0.1\noffers: {reef: {minimum_order: 2 t}}\n",
        "offer reef: its smallest order is 2 t, at most 0.8 t are for sale: too little",
    ),
    "a country written otherwise": (
        BAN.format("China", "targets: [Jpan]"),
        "future ban, halt: no site or supplier is in 'Jpan'; did you mean Japan?",
    ),
    "a country that is nowhere, beside one that is": (
        BAN.format("[China, Atlantis]", "from: 2027-03"),
        "future ban, halt: no origin is 'Atlantis'; there are: Australia, China",
    ),
}


@pytest.mark.parametrize("case", NOTES)
def test_what_has_no_effect_is_noted(case: str) -> None:
    text, note = NOTES[case]
    assert note in prepare(write(text)).notices


def test_as_of_with_an_unknown_row_names_the_line() -> None:
    text = "as_of: 2026-01\noffers:\n  reef: {price: {value: 100 USD/t, row: prices/nope}}\n"
    with pytest.raises(ScenarioError, match=r"^a\.yaml:4: offers\.reef\.price\.row: no row 'nope' in table 'prices'; "):
        prepare(write(text))
