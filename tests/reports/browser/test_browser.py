"""The page in a real browser: nothing is asked of a host, charts are drawn, fingers and keys reach everything."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PAGES = ("english", "japanese", "bad_names")

# Opacity of the lines of the first chart, by the future they are of; what has none is drawn fully.
LINES = """
const marks = document.querySelectorAll('#chart-deliverable-0 .mark-line path');
return Array.from(marks, mark => mark.__data__.datum ?? mark.__data__.items[0].datum).map((datum, place) =>
  [datum.future, Number(marks[place].getAttribute('opacity') ?? 1)]);
"""


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def test_nothing_is_wrong_and_nothing_is_asked(browser: Any, page: Path) -> None:
    browser.open(page)
    assert browser.console() == []
    assert {address for address in browser.requests() if not address.startswith("data:")} == {page.as_uri()}
    assert browser.run("return window.broken") is None


def test_every_chart_is_drawn(browser: Any, page: Path) -> None:
    browser.open(page)
    charts = browser.run("""
      return Array.from(document.querySelectorAll('.chart'), chart => {
        const box = chart.querySelector('svg')?.getBoundingClientRect();
        const marks = '.mark-line path, .mark-area path, .mark-rect path, .mark-symbol path';
        const drawn = Array.from(chart.querySelectorAll(marks)).filter(path =>
          !path.closest('.role-axis, .role-legend') && path.getTotalLength() > 5);
        return [chart.id, box?.width ?? 0, box?.height ?? 0, drawn.length, chart.querySelectorAll('text').length];
      })""")
    assert len(charts) == int(browser.run("return document.documentElement.dataset.drawn")) == 16
    for name, width, height, drawn, texts in charts:
        assert width > 200, name
        assert height > 50, name
        assert drawn, name
        assert texts, name


def test_the_picked_future_stands_out(browser: Any, english: Path) -> None:
    browser.open(english)
    assert dict(browser.run(LINES)) == {"": 1, "relief": 1, "as now": 1, "full ban": 1}
    browser.driver.find_element(By.CSS_SELECTOR, "#pick option[value='full ban']").click()
    assert settled(browser) == {"": 1, "relief": 0.12, "as now": 0.12, "full ban": 1}
    assert browser.run("return document.getElementById('picked').textContent") == "Shown: full ban"
    browser.driver.find_element(By.CSS_SELECTOR, "#pick option[value='']").click()
    assert settled(browser) == {"": 1, "relief": 1, "as now": 1, "full ban": 1}


def settled(browser: Any) -> dict[str, float]:
    """Opacities once two looks in a row are equal."""
    before, now = None, browser.run(LINES)
    while before != now:
        time.sleep(0.3)
        before, now = now, browser.run(LINES)
    return dict(now)


@pytest.mark.parametrize(("name", "said"), [("english", ["Jan\u00a02027", "days"]), ("japanese", ["2027年1月", "日"])])
def test_touching_a_line_says_its_number(
    browser: Any, request: pytest.FixtureRequest, name: str, said: list[str]
) -> None:
    browser.open(request.getfixturevalue(name))
    browser.run("document.querySelector('#chart-deliverable-0').scrollIntoView({block: 'center'})")
    point = browser.driver.find_elements(By.CSS_SELECTOR, "#chart-deliverable-0 .mark-symbol path")[0]
    ActionChains(browser.driver).move_to_element(point).perform()
    end = time.monotonic() + 10
    while not (text := browser.run(
        "const tip = document.getElementById('vg-tooltip-element');"
        "return tip && getComputedStyle(tip).visibility === 'visible' ? tip.textContent : ''"
    )):  # fmt: skip
        assert time.monotonic() < end, "no tooltip"
        time.sleep(0.1)
    for part in said:
        assert part in text


def test_japanese_signs_are_there(browser: Any, japanese: Path) -> None:
    """Each Japanese sign of the page is drawn in the page's font; none looks like the box of a sign that is missing."""
    browser.open(japanese)
    text = browser.run("return document.body.innerText + document.querySelector('svg').textContent")
    signs = sorted(set(re.findall("[ぁ-んァ-ヶ一-龥]", text)))
    assert len(signs) > 150
    same = browser.run(
        """
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 40;
        const pen = canvas.getContext('2d', {willReadFrequently: true});
        const draw = sign => {
          pen.clearRect(0, 0, 40, 40);
          pen.font = '32px ' + getComputedStyle(document.body).fontFamily;
          pen.fillText(sign, 2, 34);
          return pen.getImageData(0, 0, 40, 40).data.join();
        };
        const missing = draw(String.fromCodePoint(0x10FFFD)), empty = draw(' ');
        return arguments[0].filter(sign => [missing, empty].includes(draw(sign)));
        """,
        signs,
    )
    assert same == []


def test_nothing_stands_out_at_the_side_of_a_phone(browser: Any, page: Path) -> None:
    browser.open(page, width=390, height=844)
    assert browser.run("return document.documentElement.scrollWidth") <= 390
    wide = browser.run("""
      return Array.from(document.querySelectorAll('main *')).filter(part =>
        !part.closest('.scroll') && !part.closest('svg') && !part.closest('.hidden')
        && part.getBoundingClientRect().right > 391).map(part => part.outerHTML.slice(0, 80))""")
    assert wide == []


def test_keys_reach_everything(browser: Any, english: Path) -> None:
    """First the way past the contents, then every link, the picker, each table that scrolls and each summary."""
    browser.open(english)
    keys = ActionChains(browser.driver)
    keys.send_keys(Keys.TAB).perform()
    assert browser.run("return document.activeElement.className") == "skip"
    assert browser.run("return document.activeElement.getBoundingClientRect().left") >= 0  # seen once it has the focus
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    assert browser.run("return document.activeElement.id") == "main"
    browser.open(english)
    wanted = browser.run("""
      const open = part => !part.closest('details') || part.matches('summary');
      const all = Array.from(document.querySelectorAll('a[href], select, summary, [tabindex="0"]')).filter(open);
      all.forEach((part, place) => part.dataset.place = place);
      return all.length""")
    seen = []
    for _ in range(wanted):
        ActionChains(browser.driver).send_keys(Keys.TAB).perform()
        seen.append(browser.run("return document.activeElement.dataset.place"))
        style = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none"
    assert seen == [str(place) for place in range(wanted)]


def test_the_picker_obeys_keys(browser: Any, english: Path) -> None:
    browser.open(english)
    browser.run("document.getElementById('pick').focus()")
    ActionChains(browser.driver).send_keys(Keys.ARROW_DOWN).perform()
    assert browser.run("return document.getElementById('pick').value") == "relief"
    assert settled(browser)["full ban"] == 0.12


def test_it_prints_on_pages(browser: Any, english: Path) -> None:
    browser.open(english)
    made = browser.printed()
    assert made.startswith(b"%PDF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", made)) <= 14
