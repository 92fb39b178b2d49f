"""Page one: its order and words, and every number equal to its table."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from sourcing.reports.answers import answer_of_plan
from sourcing.reports.building import build
from sourcing.reports.catalogue_words import words
from sourcing.reports.findings import Findings, empty
from sourcing.reports.page_one import worst_futures
from sourcing.reports.report_model import (
    Report,
    ReportChart,
    ReportPoints,
    ReportSection,
    ReportTable,
    ReportText,
    Tiles,
)

ORDER = [
    *("decide_today", "without_action", "with_plan", "the_price", "deliverable", "undo", "change_our_mind"),
    *("we_assume", "against_habits"),
]


def section(report: Report, name: str) -> ReportSection:
    return next(section for section in report.sections if section.name == name)


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_order_and_the_words(english: Report, japanese: Report) -> None:
    assert [section.name for section in english.page_one] == ORDER
    assert [section.heading for section in english.page_one] == [
        "Decide today", "Without action", "With the plan", "The price of it", "How long we can deliver", "Undo",
        "We change our mind if", "We assume", "Against habits",
    ]  # fmt: skip
    assert [section.heading for section in japanese.page_one][:4] == [
        "本日の決定事項",
        "何もしない場合",
        "計画を実行した場合",
        "費用",
    ]


def test_decisions_say_amount_supplier_price_last_date_and_what_waiting_costs(english: Report, full: Findings) -> None:
    (points,) = section(english, "decide_today").blocks
    assert isinstance(points, ReportPoints)
    first, row = points.points[0], full.plan.contracts.set_index("contract").loc["lynas dy offtake"]
    assert (row["volume"], row["price"]) == (pytest.approx(16.5, rel=0.05), 450_000)
    assert re.fullmatch(
        r"Sign lynas dy offtake: [\d.]+ t a year of dysprosium oxide from Lynas, Kuantan \(Malaysia\) at 450 USD/kg\.",
        said(first.text),
    )
    assert f"{row['volume']:.3g} t" in said(first.text)
    assert [said(note) for note in first.notes] == ["Last date: 31 Jan 2027", "Waiting a month costs 12.4 million USD"]


def test_shortages_equal_the_tables_of_the_plan(english: Report, full: Findings) -> None:
    """By hand from the futures: the mean of their shares by probability, and the largest."""
    text, then, table = section(english, "with_plan").blocks
    assert isinstance(table, ReportTable)
    futures = full.plan.futures
    for row in table.rows:
        share = futures[f"unmet: {row[0].value}"]
        expected, worst = float(share @ futures["probability"]), float(share.max())
        likely = float(futures["probability"][share > 1e-6].sum())
        with_plan = row[1:6:2]  # beside each stands that of today
        assert [cell.value for cell in with_plan] == pytest.approx([likely, expected, worst], abs=1e-9)
        assert [said(cell.text).split()[0] for cell in with_plan] == [
            f"{100 * value:.0f}" if value >= 0.0995 or value == 0 else f"{100 * value:.1f}"
            for value in (likely, expected, worst)
        ]
    assert isinstance(text, ReportText)
    assert said(text.text).startswith("Still the first to fall short: imported high-temperature magnets, in Jan 2027.")
    assert isinstance(then, ReportText)
    assert said(then.text).startswith("Then: ")
    dated = full.with_plan[full.with_plan["first_short"] != ""]
    assert then.text.count(" in ") == len(dated) - 1 == 2


def test_what_falls_short_is_as_likely_and_deep_as_the_table_of_risk_says(full: Findings) -> None:
    beside = full.plan.baseline.set_index(["subject", "measure"])
    for name, frame in (("plan", full.with_plan), ("baseline", full.without_action)):
        for row in frame.to_dict("records"):
            measured = beside.loc[row["demand"], name]
            assert row["probability"] == measured["probability of shortage"]
            assert row["worst_unmet"] == measured["worst share of need unmet"]
    assert full.with_plan["worst_unmet"].max() > 0.5


def test_the_price_equals_the_tables(english: Report, full: Findings) -> None:
    (tiles,) = section(english, "the_price").blocks
    assert isinstance(tiles, Tiles)
    measured = full.plan.risk.set_index(["subject", "measure"])["value"]
    beside = full.plan.baseline.set_index(["subject", "measure"])["plan"]
    found = {said(tile.label): tile.figure.value for tile in tiles.tiles}
    assert found["Peak cash in one period"] == beside["cash", "peak in a period"]
    assert found["Cash in a year, expected"] == pytest.approx(beside["cash", "expected"] / (912 / 365.25))  # 30 months
    assert found["Expected cost"] == measured["cost", "expected"]
    assert found["If 'full ban' comes (25 %)"] == measured["cost", "mean of the worst 10 %"]
    assert said(tiles.tiles[0].note) == "in Feb 2027"


def test_half_of_the_stock_is_half_of_what_it_cost(full: Findings) -> None:
    """The slow way: every future, period and material by itself."""
    plan = full.plan
    odds = dict(zip(plan.futures["future"], plan.futures["probability"], strict=True))
    paid: dict[str, list[float]] = {}
    for row in plan.orders.to_dict("records"):
        total = paid.setdefault(row["material"], [0.0, 0.0])
        total[0] += odds[row["future"]] * row["quantity"] * row["price"]
        total[1] += odds[row["future"]] * row["quantity"]
    worth: dict[str, float] = {}
    for row in plan.stockpile.to_dict("records"):
        price = paid[row["material"]][0] / paid[row["material"]][1]
        worth[row["period"]] = worth.get(row["period"], 0.0) + odds[row["future"]] * row["stock"] * price
    assert full.cash["loss_at_half_price"].item() == pytest.approx(0.5 * max(worth.values()))


def test_the_one_chart_shows_what_the_stock_table_says(english: Report, full: Findings) -> None:
    (chart,) = section(english, "deliverable").blocks
    assert isinstance(chart, ReportChart)
    stock = full.plan.stockpile
    assert [panel.title for panel in chart.panels] == list(dict.fromkeys(full.deliverable["subject"]))
    ban = stock[(stock["material"] == "ndfeb-magnet-hrefree") & (stock["future"] == "full ban")]
    panel = next(panel for panel in chart.panels if panel.title == "imported standard magnets")
    rows = panel.spec["datasets"]["lines"]
    assert [row["value"] for row in rows if row["line"] == "full ban"] == pytest.approx(list(ban["days_of_cover"]))
    headings = [column.heading for column in panel.table.columns]
    assert headings == ["Period", "Plan", "Today", "relief", "as now", "full ban"]
    column = headings.index("full ban")
    assert [row[column].value for row in panel.table.rows] == pytest.approx(list(ban["days_of_cover"]))


def test_rules_of_thumb_say_what_the_plan_saves_and_costs(full: Findings) -> None:
    """The second row stands for what is done today; a rule that is cheaper by 148 million is told as such."""
    beside = full.plan.baseline.set_index(["subject", "measure"]).loc[("cost", "expected")]
    rules = full.plan.comparisons.head(3)
    rules = rules.assign(cost=[*rules["cost"][:2], rules["cost"][0] - 148e6])
    points, _ = section(build(replace(full, plan=replace(full.plan, comparisons=rules)), "en"), "against_habits").blocks
    assert isinstance(points, ReportPoints)
    assert [said(point.text) for point in points.points] == [
        f"Against 'as today' the plan saves {-beside['difference'] / 1e6:.3g} million USD.",
        "Against '60 days' the plan costs 148 million USD more.",
    ]


@pytest.mark.parametrize(
    ("part", "name"), [("with_plan", "shortages"), ("we_assume", "inputs"), ("against_habits", "rules")]
)
def test_a_table_of_page_one_is_that_of_the_answer(english: Report, full: Findings, part: str, name: str) -> None:
    """The same columns and the same numbers, whoever is told."""
    answered = next(
        block
        for section in answer_of_plan(full.plan).sections
        for block in section.blocks
        if isinstance(block, ReportTable) and block.name == name
    )
    page = next(block for block in section(english, part).blocks if isinstance(block, ReportTable))
    assert page.name == name
    assert [said(column.heading) for column in page.columns] == [column.heading for column in answered.columns]
    assert [[cell.value for cell in row[1:]] for row in page.rows if name != "inputs"] == [
        [cell.value for cell in row[1:]] for row in answered.rows if name != "inputs"
    ]
    assert [said(row[0].text) for row in page.rows] == [row[0].text for row in answered.rows]


def test_orders_are_undone_for_their_deposit_and_contracts_not_at_all(english: Report, full: Findings) -> None:
    """The deposit of what is ordered now of a material from those who may cancel; the last day before the border."""
    text, table = section(english, "undo").blocks
    signed = list(full.decisions["what"][full.decisions["decision"] == "sign"])
    assert text == ReportText(f"Cannot be undone once it is done: {' and '.join(signed)}.")
    assert isinstance(table, ReportTable)
    ordered = full.undo[full.undo["decision"] == "order"]
    assert len(ordered) == len(table.rows) > 0
    for cells, row in zip(table.rows, ordered.to_dict("records"), strict=True):
        assert (cells[1].text, cells[-1].value) == (row["what"], row["loss"])
        assert said(cells[2].text) == f"{date.fromisoformat(row['last_date']):%-d %b %Y}"
    assert table.columns[-1].heading == "Lost after that, million\u00a0USD"


def test_what_is_not_known_is_said_and_not_invented(plan: object, brief: Findings) -> None:
    report = build(brief, "en")
    assert section(report, "change_our_mind").blocks == (
        ReportText("No turning points have been worked out for this report."),
    )
    (points,) = section(report, "decide_today").blocks
    assert isinstance(points, ReportPoints)
    assert [len(point.notes) for point in points.points] == [2] * len(brief.decisions)
    assert {"tornado", "frontier", "tree", "restrictions"} & {part.name for part in report.behind} == set()


def test_a_decision_of_its_own_words_stands_as_it_is(full: Findings) -> None:
    own = full.decisions.head(1).assign(decision="Call the ministry.", amount=float("nan"))
    (points,) = section(build(replace(full, decisions=own), "ja"), "decide_today").blocks
    assert isinstance(points, ReportPoints)
    assert points.points[0].text == "Call the ministry."


def test_no_shortage_is_good_news(full: Findings) -> None:
    none = full.with_plan.assign(worst_unmet=0.0, probability=0.0, first_short="")
    text, _ = section(build(replace(full, with_plan=none), "en"), "with_plan").blocks
    assert text == ReportText("Nothing falls short.")


@pytest.mark.parametrize(
    ("tail", "english", "japanese"),
    [
        (0.1, "If 'full ban' comes (25 %)", "「full ban」の場合の費用（確率25%）"),
        (0.3, "On average over the dearest 2 of 3 futures (65 %)", "費用の高い将来2件（全3件、確率65%）の平均"),
        (1.0, "Expected cost over the plan", None),
    ],
)
def test_the_worst_outcomes_are_told_by_their_futures(
    full: Findings, tail: float, english: str, japanese: str | None
) -> None:
    assert said(worst_futures(full.plan, tail, words("en"))) == english
    assert japanese is None or said(worst_futures(full.plan, tail, words("ja"))) == japanese


def test_other_columns_and_too_many_decisions_are_refused(brief: Findings) -> None:
    with pytest.raises(ValueError, match=r"findings.cash has the columns \['peak'\]; give it \['peak_cash'"):
        replace(brief, cash=pd.DataFrame(columns=["peak"]))
    with pytest.raises(ValueError, match="6 decisions are too many for a page; keep the 5 first"):
        replace(brief, decisions=pd.concat([brief.decisions] * 3).head(6))
    assert list(empty("undo").columns) == ["decision", "what", "last_date", "loss"]
