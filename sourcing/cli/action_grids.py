"""What to do, as tables: whom to buy from, what to sign, to qualify, to order and to hold."""

from sourcing.cli.numbers_shown import amount, days, fixed, money, share
from sourcing.cli.text_grid import TextGrid, grid, records, sellers
from sourcing.outcome import Plan

PERIODS = 6  # of stock on the screen


def mix(plan: Plan) -> TextGrid:
    frame = plan.supplier_mix.assign(seller=sellers(plan.supplier_mix))
    frame = frame.groupby(["material", "seller", "country", "unit"], sort=False, as_index=False)[
        ["share", "volume", "purchased", "spend"]
    ].sum()
    scale = money(frame["spend"], plan.currency)
    rows = [
        (
            row["material"],
            row["seller"],
            row["country"],
            share(row["share"]),
            amount(row["volume"], row["unit"]),
            amount(row["purchased"], row["unit"]),
            scale(row["spend"]),
        )
        for row in records(frame)
    ]
    headings = ("material", "supplier", "country", "share", "arrives", "ordered", f"orders cost, {scale.name}")
    return grid("Expected over the horizon: what arrives, and what is ordered", headings, rows, 3)


def contracts(plan: Plan) -> TextGrid:
    rows = [
        (
            row["contract"],
            row["material"],
            row["decision"],
            f"{row['from']} to {row['until']}" if row["from"] else "outside the horizon",
            f"{amount(row['volume'], row['unit'])}/{row['per']}" if row["volume"] else "",
            amount(row["taken"], row["unit"]) if row["volume"] else "",
            share(row["take_or_pay"]),
        )
        for row in records(plan.contracts)
    ]
    headings = ("contract", "material", "decision", "in the horizon", "volume", "taken, expected", "take or pay")
    return grid("Contracts", headings, rows, 3)


def qualifications(plan: Plan) -> TextGrid:
    scale = money(plan.qualifications["outlay"], plan.currency)
    rows = [
        (
            row["supplier"],
            row["material"],
            row["start"],
            row["usable_from"] or "after the horizon",
            share(row["probability"]),
            scale(row["outlay"]),
        )
        for row in records(plan.qualifications)
    ]
    headings = ("supplier", "material", "start", "usable from", "probability", f"outlay, {scale.name}")
    return grid("Qualifications", headings, rows, 2)


def first_orders(plan: Plan) -> TextGrid:
    """Orders of the first period, in which all futures are one."""
    first = plan.orders[plan.orders["period"] == plan.stockpile["period"].min()]
    first = first.drop(columns="future").drop_duplicates().sort_values("material", kind="stable")
    rows = [
        (
            row["material"],
            seller,
            row["site"],
            row["how"],
            amount(row["quantity"], row["unit"]),
            fixed(row["price"] / (1000 if row["unit"] == "t" else 1), 2),
        )
        for row, seller in zip(records(first), sellers(first), strict=True)
    ]
    headings = ("material", "supplier", "to", "how", "quantity", f"price, {plan.currency}/kg")
    return grid("Orders to place now", headings, rows, 2)


def stock(plan: Plan) -> TextGrid:
    """Days of cover at the ends of some periods, expected over the futures, and the lowest of all with its place."""
    frame = plan.stockpile.merge(plan.futures[["future", "probability"]], on="future")
    frame["weighted"] = frame["days_of_cover"].clip(upper=1e6) * frame["probability"]
    expected = frame.pivot_table("weighted", ["material", "site"], "period", aggfunc="sum", sort=False)
    periods = list(dict.fromkeys(frame["period"]))
    count = min(PERIODS, len(periods))
    shown = [periods[round(step * (len(periods) - 1) / max(count - 1, 1))] for step in range(count)]
    worst = frame.loc[frame.groupby(["material", "site"], sort=False)["days_of_cover"].idxmin()]
    rows = [
        (
            f"{row['material']} @ {row['site']}",
            *(days(expected.loc[(row["material"], row["site"]), period]) for period in shown),
            days(row["days_of_cover"]),
            f"{row['period']}, {row['future']}",
        )
        for row in records(worst)
    ]
    headings = ("days at the end of", *shown, "lowest", "first in")
    right = tuple(range(1, len(shown) + 2))
    return TextGrid("Days of cover, expected over the futures", headings, tuple(rows), right)
