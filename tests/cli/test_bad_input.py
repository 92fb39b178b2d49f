"""Whatever is wrong with the input: exit code 2, a place, a cure, no traceback, and no defect of ours."""

import re
import time
from pathlib import Path

import pytest

from sourcing.cli import main

BASE = """\
title: small
horizon: {start: 2027-01, periods: 3}
materials: {dysprosium-oxide: {unit: t}}
sites: {japan: {country: Japan}}
suppliers: {south: {country: China}, lynas: {country: Malaysia}}
offers:
  south dy: {supplier: south, material: dysprosium-oxide, price: 290 USD/kg, nameplate: 400 t/year}
  lynas dy: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg, nameplate: 250 t/year}
lanes: {to japan: {where: {material: dysprosium-oxide}, site: japan}}
demand:
  motors: {material: dysprosium-oxide, site: japan, need: 30 t/month, shortage: {lost: {cost: 2000 USD/kg}}}
restrictions:
  licensing: {where: {origin: China}, approval: 0.9, until: 2027-02}
"""

BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)

# Whole files
FILES: dict[str, str | bytes] = {
    "empty": "",
    "a list": "- 1\n- 2\n",
    "syntax": "title: [a\n",
    "a name twice": "extends: japan\nextends: japan\n",
    "unknown name": "extends: japan\nhorizn: 3\n",
    "probabilities": "extends: japan\nfutures:\n  a: {probability: 0.5}\n  b: {probability: 0.4}\n",
    "unknown country": "extends: japan\nfutures:\n  a:\n    probability: 1\n    restrictions:\n"
    "      x: {where: {origin: Atlantis}, from: 2027-03, approval: 0}\n",
    "dates reversed": "extends: japan\nfutures:\n  a:\n    probability: 1\n    restrictions:\n"
    "      x: {where: {origin: China}, from: 2027-09, until: 2027-03, approval: 0}\n",
    "approval above 1": "extends: japan\nfutures:\n  a:\n    probability: 1\n    restrictions:\n"
    "      x: {where: {origin: China}, from: 2027-03, approval: 1.7}\n",
    "not a number": "extends: japan\nrisk: {tail: .nan, weight: 0.5}\n",
    "infinite": "extends: japan\nrisk: {tail: 0.1, weight: .inf}\n",
    "extends itself": "extends: ./case.yaml\n",
    "extends nothing known": "extends: nowhere\n",
    "extends a folder": "extends: ./\n",
    "extends a number": "extends: 5\n",
    "negative size": "extends: japan\nsize: -1\n",
    "deep": "a: " + "[" * 20000 + "\n",
    "a tag": "extends: !!python/object/apply:os.system ['echo no']\n",
    "a bomb": BOMB,
    "Latin 1": b"title: caf\xe9\nextends: japan\n",
    "binary": bytes(range(256)) * 40,
    "title alone": "title: x\n",
}

# What differs from BASE
CHANGES = {
    "a list for a mapping": "offers: [1, 2]",
    "a word for a mapping": "risk: high",
    "a number for a mapping": "stock: 7",
    "null for what must be": "horizon: null",
    "null for what is not there": "rules: null",
    "null part": "futures: {a: null}",
    "empty part": "rules: {r: {}}",
    "empty quantity": "offers: {south dy: {price: {}}}",
    "a list for a quantity": "offers: {south dy: {price: [5 USD/kg]}}",
    "a switch for a quantity": "offers: {south dy: {price: true}}",
    "a word for a number": "size: big",
    "a word for a quantity": "offers: {south dy: {price: cheap}}",
    "a number for text": "title: 7",
    "a date for text": "currency: 2027-13",
    "no such month": "horizon: {start: 2027-13}",
    "no such month of a price": "offers: {south dy: {price: {2027-13: 5 USD/kg}}}",
    "one day twice": "offers: {south dy: {price: {2027-01: 5 USD/kg, 2027-01-01: 6 USD/kg}}}",
    "one day twice as a year": "demand: {motors: {need: {2027: 5 t/month, 2027-01: 6 t/month}}}",
    "two signals of one day": "futures: {a: {probability: 1, signals: {2027-02: x, 2027-02-01: y}}}",
    "no such month of a signal": "futures: {a: {probability: 1, signals: {2027-99: x}}}",
    "a word for the month of a signal": "futures: {a: {probability: 1, signals: {soon: x}}}",
    "no periods": "horizon: {periods: 0}",
    "a billion periods": "horizon: {periods: 1000000000}",
    "half a period": "horizon: {periods: 1.5}",
    "no lanes": "lanes: {to japan: null}",
    "no offers": "offers: {south dy: null, lynas dy: null}",
    "no demand": "demand: {motors: null}",
    "unknown currency": "currency: XXX",
    "unknown currency of a price": "offers: {south dy: {price: 3 XYZ/kg}}",
    "no rate": "offers: {south dy: {price: 3 JPY/kg}}",
    "no rate for a change": "changes: {c: {where: {origin: China}, field: price, to: 3 JPY/kg}}",
    "negative probability": "futures: {a: {probability: -0.5}, b: {probability: 1.5}}",
    "no probability": "futures: {a: {probability: 0}, b: {probability: 0}}",
    "a word for a probability": "futures: {a: {probability: likely}}",
    "futures as a list": "futures: [a, b]",
    "restrictions as a list": "futures: {a: {probability: 1, restrictions: [x]}}",
    "huge size": "size: 1e308",
    "huge price": "offers: {south dy: {price: 1e308 USD/kg}}",
    "huge need": "demand: {motors: {need: 1e300 t/month}}",
    "huge time": "offers: {south dy: {to_border: 1e300 days}}",
    "huge delay": "restrictions: {licensing: {delay: 1e300 days}}",
    "a life of nothing": "offers: {south dy: {qualification: {cost: 1 MUSD, time: 1 month, life: 0 years}}}",
    "negative stock": "opening_stock: {a: {material: dysprosium-oxide, site: japan, quantity: -4 t}}",
    "unknown status": "opening_stock: {a: {material: dysprosium-oxide, site: japan, quantity: 4 t, status: maybe}}",
    "order on no lane": "open_orders: {a: {offer: south dy, site: korea, quantity: 4 t, state: transit}}",
    "unknown offer": "contracts: {c: {offer: south dyy, volume: 3 t/month}}",
    "spot share above 1": "offers: {south dy: {spot_share: 150 %}}",
    "low above value": "offers: {south dy: {price: {value: 290 USD/kg, low: 300}}}",
    "a row that is a number": "offers: {south dy: {price: {value: 290 USD/kg, row: 3}}}",
    "mix of a half": "baseline: {mix: {dysprosium-oxide: {south dy: 0.4}}}",
    "tail of nothing": "risk: {tail: 0}",
    "weight of two": "risk: {weight: 2}",
    "unknown key of where": "restrictions: {licensing: {where: {orign: China}}}",
    "a number in where": "restrictions: {licensing: {where: {origin: 5}}}",
    "two lanes of one offer": "lanes: {b: {where: {origin: China}, site: japan}}",
    "no table": "offers: ./none.csv",
    "an empty table": "offers: ./empty.csv",
    "a table with a name twice": "offers: ./twice.csv",
    "a table with a cell too many": "offers: ./ragged.csv",
    "a table with semicolons": "offers: ./semicolons.csv",
    "a table without a heading": "offers: ./heading.csv",
    "a table in Latin 1": "offers: ./latin.csv",
    "a table with an open quote": "offers: ./quote.csv",
    "a table that is a folder": "offers: ./folder.csv",
    "no workbook": "offers: ./bad.xlsx",
    "words in a table": "offers: ./words.csv",
    "a table where none may be": "demand: ./twice.csv",
}

TABLES: dict[str, str | bytes] = {
    "empty.csv": "",
    "twice.csv": "name,price\na,1\na,2\n",
    "ragged.csv": "name,price\na,1,2\n",
    "semicolons.csv": "name;price\na;1\n",
    "heading.csv": "name,,x\na,1,2\n",
    "latin.csv": b"name,price\ncaf\xe9,1\n",
    "quote.csv": 'name,price\n"a,1\n',
    "bad.xlsx": "hello",
    "words.csv": "name,supplier,material,price\nx,south,dysprosium-oxide,cheap\n",
}

SETTINGS = {
    "no value": "size",
    "no path": "=3",
    "no name": ".size=3",
    "open quote": "futures.'a.probability=1",
    "unknown name": "sise=3",
    "unknown part": "offers.'lynas dyy'.price=3 USD/kg",
    "through a number": "size.x=3",
    "no YAML": "size=[1",
    "two values": "size=1\nb: 2",
    "extends": "extends=japan",
    "a control character": "title=\x07",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCING_DEBUG", raising=False)
    for name, text in ({"base.yaml": BASE} | TABLES).items():
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    Path("folder.csv").mkdir()


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `sourcing solve` says on stderr of input that cannot be used."""
    with pytest.raises(SystemExit) as stop:
        main(["solve", *arguments, "--quiet"])
    out, err = capsys.readouterr()
    assert stop.value.code == 2, err
    assert out == ""
    assert "Traceback" not in err
    return err


def has_place_and_cure(message: str) -> None:
    for line in message.splitlines():
        assert re.match(r"(\S+\.(yaml|csv|xlsx)(:\d+)?|--set): .+; .+", line), line


@pytest.mark.parametrize("case", FILES)
def test_a_broken_file(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = FILES[case]
    Path("case.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    has_place_and_cure(told(capsys, "case.yaml"))


@pytest.mark.parametrize("case", CHANGES)
def test_a_wrong_value(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("case.yaml").write_text(f"extends: ./base.yaml\n{CHANGES[case]}\n", encoding="utf-8")
    has_place_and_cure(told(capsys, "case.yaml"))


@pytest.mark.parametrize("case", SETTINGS)
def test_a_wrong_setting(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    message = told(capsys, "base.yaml", "--set", SETTINGS[case])
    assert message.startswith("--set: ")
    has_place_and_cure(message)


def test_no_file_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the file 'none.yaml' is not there" in told(capsys, "none.yaml")
    assert "did you" in told(capsys, "bas.yaml") or "near: base.yaml" in told(capsys, "bas.yaml")
    assert "is a folder" in told(capsys, "folder.csv")


def test_a_circle_of_files(capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.yaml").write_text("extends: ./two.yaml\n", encoding="utf-8")
    Path("two.yaml").write_text("extends: ./one.yaml\n", encoding="utf-8")
    assert "one.yaml -> two.yaml -> one.yaml" in told(capsys, "one.yaml")


def test_very_many_unknown_names_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    wide = [[f"h{column}" for column in range(8000)], ["x"] * 8000]
    Path("wide.csv").write_text("\n".join(f"name,country,{','.join(row)}" for row in wide), encoding="utf-8")
    Path("case.yaml").write_text("extends: ./base.yaml\nsuppliers: ./wide.csv\n", encoding="utf-8")
    (line,) = told(capsys, "case.yaml").splitlines()
    assert line.startswith("wide.csv:1: suppliers.h0: 'h0' is not known here; ")
    assert line.endswith("; and 7,999 more like it: suppliers.h1, suppliers.h2, suppliers.h3, ...")
    text = "extends: ./base.yaml\n" + "".join(f"key{number}: 1\n" for number in range(10_000))
    Path("case.yaml").write_text(text, encoding="utf-8")
    (line,) = told(capsys, "case.yaml").splitlines()
    assert line.startswith("case.yaml:2: key0: 'key0' is not known here; there are: ")
    assert line.endswith("; and 9,999 more like it: lines 3, 4, 5, ...")


@pytest.mark.parametrize(
    ("opening", "name", "cause", "told_of"),
    [
        ("", "key", "'key0' is not known here; there are: ", "key0"),
        ("offers:\n  south dy:\n", "    key", "'key0' is not known here; there are: ", "offers.'south dy'.key0"),
        ("offers:\n", "  key", "1 stands where names with values belong; write them as name: value", "offers.key0"),
    ],
)
def test_unknown_names_by_the_ten_thousand_are_one_line_and_take_no_more_than_their_share(
    capsys: pytest.CaptureFixture[str], opening: str, name: str, cause: str, told_of: str
) -> None:
    """Four times as many take about four times as long, not sixteen: 300,000 are told within ten seconds."""
    seconds, first = [], 2 + opening.count("\n")
    for count in (15_000, 60_000):
        text = f"extends: ./base.yaml\n{opening}" + "".join(f"{name}{number}: 1\n" for number in range(count))
        Path("case.yaml").write_text(text, encoding="utf-8")
        start = time.process_time()
        (line,) = told(capsys, "case.yaml").splitlines()
        seconds.append(time.process_time() - start)
        assert line.startswith(f"case.yaml:{first}: {told_of}: {cause}")
        assert line.endswith(f"; and {count - 1:,} more like it: lines {first + 1}, {first + 2}, {first + 3}, ...")
    assert seconds[1] < 8 * seconds[0]


def test_many_mistakes_are_told_at_once_with_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    text = "extends: ./base.yaml\nsize: -1\nrisk: {tail: 2}\noffers:\n  south dy: {prise: 3}\n"
    Path("case.yaml").write_text(text, encoding="utf-8")
    lines = told(capsys, "case.yaml").splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        ["case.yaml:2", "size"],
        ["case.yaml:3", "risk.tail"],
        ["case.yaml:5", "offers.'south dy'.prise"],
    ]
    assert "did you mean price?" in lines[2]
