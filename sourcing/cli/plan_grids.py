"""The tables of a plan as a planner reads them: few rows, few columns, numbers as text."""

from collections.abc import Iterator

from sourcing.cli import action_grids as actions
from sourcing.cli import outlook_grids as outlook
from sourcing.cli.numbers_shown import money, share
from sourcing.cli.text_grid import TextGrid, grid, records
from sourcing.outcome import Plan


def grids(plan: Plan) -> Iterator[TextGrid]:
    """The tables in order of reading, short enough for a screen; empty ones are left out."""
    found = (
        _rules(plan),
        *_beside(plan),
        actions.mix(plan),
        actions.contracts(plan),
        actions.qualifications(plan),
        actions.first_orders(plan),
        actions.stock(plan),
        *outlook.futures(plan),
        outlook.border(plan),
        outlook.costs(plan),
        outlook.prices(plan),
        outlook.inputs(plan),
    )
    return (table for table in found if table.rows)


def _rules(plan: Plan) -> TextGrid:
    """What the plan and each rule of thumb come to; empty of a plan that was saved before there were any."""
    frame = plan.comparisons
    if frame.empty:
        return grid("The plan beside rules of thumb", ("",), [], 0)
    keys = ("objective", "cost", "cash", "margin_lost", "made_do", "stock_left")
    scale = money(frame[list(keys)].to_numpy().ravel(), plan.currency)
    rows = [
        (row["rule"], *(scale(row[key]) for key in keys), share(row["unmet_share"]), row["breaks"])
        for row in records(frame)
    ]
    headings = (
        *(scale.name, "minimised", "expected cost", "= cash", "+ lost margin", "+ making do", "- stock left"),
        *("rationed or standing", "does not keep"),
    )
    return grid("The plan beside rules of thumb", headings, rows, 7, "comparisons")


def _beside(plan: Plan) -> Iterator[TextGrid]:
    """Cost and cash in one table, each demand in one line of another."""
    frame = plan.baseline
    paid = frame[frame["unit"] == plan.currency]
    scale = money(paid[["plan", "baseline"]].to_numpy().ravel(), plan.currency)
    keys = ("plan", "baseline", "difference")
    rows = [(f"{row['subject']}, {row['measure']}", *(scale(row[key]) for key in keys)) for row in records(paid)]
    yield grid("The plan beside what is done today", (scale.name, "plan", "today", "difference"), rows, 3)
    shares = frame[frame["unit"] == "share"]
    measures, subjects = list(dict.fromkeys(shares["measure"])), list(dict.fromkeys(shares["subject"]))
    cells = shares.set_index(["subject", "measure"])[["plan", "baseline"]]
    lines = [
        (
            subject,
            *(share(float(cells.loc[(subject, measure), key])) for measure in measures for key in ("plan", "baseline")),
        )
        for subject in subjects
    ]
    headings = tuple(heading for measure in measures for heading in (f"{measure}: plan", "today"))
    yield grid("Shortage beside what is done today", ("demand", *headings), lines, len(headings))
