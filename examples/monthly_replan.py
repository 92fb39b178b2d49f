"""Every month: read stock and open orders from the ERP's files, plan, compare with last month, write the purchase list.

    python examples/monthly_replan.py [FOLDER]

FOLDER holds the saved plans, one for each month, and gets this month's plan, its purchase list and what changed; the
default is `plans`, here. The scenario of each month names the files of the ERP as they are, with Japanese headings, and
a layout file beside each says what they mean. The month after: copy this_month.yaml to last_month.yaml, name the new
files of the ERP in this_month.yaml, and run it again.
"""

import sys
from pathlib import Path

import sourcing

FILES = Path(__file__).parent / "monthly_replan"
LAST, THIS = FILES / "last_month.yaml", FILES / "this_month.yaml"
FROZEN = ("lynas dy",)  # the month's lot is agreed: what was planned for now is ordered
CHARGE = 0.02  # of the price: a change of an order must save as much, for it costs telephone calls and trust


def month(file: Path) -> str:
    """The first period of a scenario."""
    return sourcing.load(file).horizon.start.text


def run(folder: Path) -> None:
    """Plan the month beside the plan of the last one; write plan, purchases and changes into a folder."""
    last_plan = folder / month(LAST)
    if not last_plan.exists():
        sourcing.solve(LAST).save(last_plan)
    found = sourcing.replan(THIS, LAST, last_plan, frozen=FROZEN, charge=CHARGE)
    found.plan.save(folder / month(THIS))
    found.save(folder / f"{month(THIS)} changes")
    # With the mark of UTF-8, as Excel expects it of a CSV with Japanese in it.
    found.purchases.to_csv(folder / f"{month(THIS)} purchases.csv", index=False, encoding="utf-8-sig")
    print(found.title, *found.sentences, sep="\n- ")


if __name__ == "__main__":
    run(Path(sys.argv[1] if len(sys.argv) > 1 else "plans"))
