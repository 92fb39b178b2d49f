"""The pages of what may come: what is certain is said and not drawn, numbers equal their tables, both tongues."""

from dataclasses import replace

from sourcing.reports.building import build
from sourcing.reports.findings import Findings, empty
from sourcing.reports.report_model import Report, ReportChart, ReportPoints, ReportSection, ReportTable, ReportText

PAGES = ("regimes", "survival", "stress", "history")


def section(report: Report, name: str) -> ReportSection:
    return next(section for section in report.sections if section.name == name)


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_regimes_that_are_certain_are_a_sentence_and_the_others_have_odds(english: Report) -> None:
    text, chart, table = section(english, "regimes").blocks
    assert text == ReportText("Held to be certain throughout: licensing.")
    assert isinstance(chart, ReportChart)
    assert [row["value"] for row in chart.panels[0].spec["datasets"]["lines"]] == [0.0] * 3 + [0.25] * 15
    assert isinstance(table, ReportTable)
    assert [said(cell.text) for cell in table.rows[0]] == ["export ban", "0 %", "25 %", "25 %", "full ban"]
    assert len(table.rows) == 1


def test_regimes_of_which_all_are_certain_need_no_chart(full: Findings) -> None:
    sure = full.regimes[full.regimes["regime"] == "licensing"]
    assert section(build(replace(full, regimes=sure), "en"), "regimes").blocks == (
        ReportText("Held to be certain throughout: licensing."),
    )


def test_hidden_points_of_failure_stand_first(english: Report, japanese: Report) -> None:
    _, hidden, missed, table, _ = section(english, "survival").blocks
    assert isinstance(hidden, ReportPoints)
    assert [said(point.text) for point in hidden.points] == [
        "Hidden single point of failure: without Recyclers of scrap magnets (1.2 % of spend) needs are met for 363 "
        "days from today's stock."
    ]
    assert isinstance(missed, ReportText)
    assert said(missed.text) == (
        "Missed even if nothing is lost, and so not counted: imported magnets (after 74 days)."
    )
    assert isinstance(table, ReportTable)
    assert [row[0].text for row in table.rows] == ["Recyclers of scrap magnets", "China", "Bayan Obo"]
    assert [said(cell.text) for cell in table.rows[1]] == ["China", "country", "80 days", "31 days", "35.00", "41 %"]
    other = next(block for block in section(japanese, "survival").blocks if isinstance(block, ReportTable))
    assert [cell.text for cell in other.rows[1]][:3] == ["中国", "国", "80日"]


def test_fresh_futures_say_what_habits_cost_more(english: Report) -> None:
    lived, points, table = section(english, "stress").blocks
    assert isinstance(lived, ReportText)
    assert said(lived.text).startswith("In 10 futures that the plan had not seen, lived month by month")
    assert "costs 2.4 billion USD on average (95 % sure: 2.1 billion USD to 2.7 billion USD)" in said(lived.text)
    assert isinstance(points, ReportPoints)
    assert [said(point.text) for point in points.points] == [
        "Who had known what came would have saved 150 million USD.",
        "Against 'as today' the plan saves 3.6 billion USD.",
        "Against 'half outside China' the plan costs 100 million USD more.",
    ]
    assert isinstance(table, ReportTable)
    assert [row[0].text for row in table.rows][:3] == [
        "the plan, lived",
        "perfect foresight",
        "perfect foresight, those lived",
    ]


def test_history_names_what_came(english: Report, japanese: Report) -> None:
    text, points, _ = section(english, "history").blocks
    assert isinstance(text, ReportText)
    assert text.text.endswith("lived through the halt for Japan of 2026.")
    assert isinstance(points, ReportPoints)
    assert said(points.points[0].text) == ("Against 'sign what is on the table' the plan saves 2.5 billion USD.")
    assert isinstance(first := section(japanese, "history").blocks[0], ReportText)
    assert "2026年の対日輸出停止" in first.text


def test_pages_of_which_nothing_is_known_are_left_out(full: Findings) -> None:
    bare = replace(full, **{name: empty(name) for name in PAGES})
    assert not set(PAGES) & {part.name for part in build(bare, "en").behind}


def test_turns_are_sentences_of_the_catalogue(english: Report, japanese: Report) -> None:
    points, table = section(english, "change_our_mind").blocks
    assert isinstance(points, ReportPoints)
    assert [said(point.text) for point in points.points] == [
        "Do not sign lynas dy offtake if the price of lynas dy offtake rises above 1,890 USD/kg (now 450 USD/kg).",
        "Qualify MP Materials for NdPr oxide now if the probability of full ban rises above 31 % (now 25 %).",
        "Do not qualify Iluka for NdPr oxide if the probability of full ban falls below 4 % (now 25 %).",
    ]
    assert isinstance(table, ReportTable)
    assert table.rows[1][0].text == "Qualify MP Materials for NdPr oxide now"
    assert isinstance(other := section(japanese, "change_our_mind").blocks[0], ReportPoints)
    assert other.points[0].text == (
        "lynas dy offtakeの価格が1,890米ドル/kgを上回る場合（現在450米ドル/kg）：lynas dy offtakeを締結しない。"
    )


def test_what_cannot_be_undone_is_a_sentence_and_no_row(full: Findings) -> None:
    undo = full.undo.assign(last_date="2027-02-28", loss=1.0)
    first, *rest = undo["what"]
    undo = undo.assign(last_date=["", *undo["last_date"][1:]], loss=[float("nan"), *undo["loss"][1:]])
    text, table = section(build(replace(full, undo=undo), "en"), "undo").blocks
    assert text == ReportText(f"Cannot be undone once it is done: {first}.")
    assert isinstance(table, ReportTable)
    assert [row[1].text for row in table.rows] == rest
