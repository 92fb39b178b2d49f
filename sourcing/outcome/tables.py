"""The tables of a plan as they declare themselves: name, columns in order, which of them are numbers, since when.

Titles and units of the columns are in models/glossary.yaml. What saves, reads, shows and checks a plan asks here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class TableColumn:
    """A column of a table. number: else its cells are text; always: else it is there only where it is known."""

    name: str
    number: bool = False
    always: bool = True


def texts(names: str) -> tuple[TableColumn, ...]:
    """Columns of text. names: of all of them, with blanks between."""
    return tuple(TableColumn(name) for name in names.split())


def numbers(names: str, *, always: bool = True) -> tuple[TableColumn, ...]:
    """Columns of numbers. names: of all of them, with blanks between; always: as of `TableColumn`."""
    return tuple(TableColumn(name, True, always) for name in names.split())


UNMET = "unmet: "
"""How a column begins that tells what is unmet of one need; its name follows."""


@dataclass(frozen=True)
class Table:
    """A table of a plan.

    by_need: whether a number `unmet: NAME` of each need follows the columns. since: the format of saved plans that
    first has it; 0: those that were saved before manifests had a format.
    """

    name: str
    columns: tuple[TableColumn, ...]
    by_need: bool = False
    since: int = 0

    @property
    def heads(self) -> list[str]:
        """Names of the columns that are always there."""
        return [column.name for column in self.columns if column.always]

    def of(self, rows: Iterable[Mapping[str, Any] | tuple[Any, ...]]) -> pd.DataFrame:
        """The table of some rows, which has its columns in their order where there are no rows."""
        return pd.DataFrame(list(rows), columns=self.heads)

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Numbers as float, equal to the last digit; text stays text whatever it looks like."""
        counted = {column.name for column in self.columns if column.number}
        numbers = [name for name in frame.columns if name in counted or (self.by_need and name.startswith(UNMET))]
        floats = {name: frame[name].replace("", "nan").astype(float) for name in numbers}
        others = {name: frame[name].astype(str) for name in frame.columns if name not in floats}
        return frame.assign(**floats, **others).reset_index(drop=True)


OFFER = texts("material supplier country offer unit")
"""Which offer a row is about."""

# In order of reading ------------------------------------------------------------------------------------------------

SUPPLIER_MIX = Table(
    "supplier_mix",
    (*texts("material supplier country"), *numbers("share volume purchased spend"), *texts("unit offer site")),
)
STOCKPILE = Table(
    "stockpile",
    (
        *texts("material site future period"),
        *numbers("stock"),
        *texts("unit"),
        *numbers("days_of_cover target"),
    ),
)
CONTRACTS = Table(
    "contracts",
    (
        *texts("contract"),
        *OFFER,
        *texts("decision"),
        *numbers("volume"),
        *texts("per"),
        *numbers("volume_in_horizon taken take_or_pay price"),
        *texts("from until"),
        *numbers("outlay more_otherwise same_in_cases"),
        *numbers("arrives_after_plan depends_on_horizon", always=False),
    ),
)
QUALIFICATIONS = Table(
    "qualifications",
    (
        *OFFER,
        *texts("start usable_from"),
        *numbers("probability"),
        *texts("futures"),
        *numbers("outlay more_otherwise same_in_cases"),
        *numbers("arrives_after_plan depends_on_horizon", always=False),
    ),
)
ORDERS = Table("orders", (*OFFER, *texts("site how future period"), *numbers("quantity price")))
BORDER = Table(
    "border",
    (*OFFER, *texts("site future period"), *numbers("waiting exported cancelled approval"), *texts("regimes")),
)
ARRIVALS = Table("arrivals", (*OFFER, *texts("site future period"), *numbers("quantity")))
SHORTAGE = Table("shortage", (*texts("demand step kind unit future period"), *numbers("quantity cost share_of_need")))
COSTS = Table("costs", (*texts("kind future"), *numbers("charge cash")))
RISK = Table("risk", (*texts("subject measure"), *numbers("value"), *texts("unit")))
PRICES = Table("prices", (*texts("kind thing period"), *numbers("price low high"), *texts("unit")))
FUTURES = Table(
    "futures",
    (*texts("future"), *numbers("probability cost"), *numbers("best_cost regret", always=False)),
    by_need=True,
)
BASELINE = Table("baseline", (*texts("subject measure"), *numbers("plan baseline difference"), *texts("unit")))
COMPARISONS = Table(
    "comparisons",
    (*texts("rule"), *numbers("objective cost cash lost_margin made_do stock_left unmet_share"), *texts("breaks")),
    since=3,
)
INPUTS = Table(
    "inputs",
    (
        *texts("input title"),
        *numbers("value low high"),
        *texts("unit source citation confidence as_of"),
        *numbers("age"),
        *texts("author assumption"),
        *numbers("weight"),
    ),
)

TABLES = tuple(declared for declared in list(globals().values()) if isinstance(declared, Table))
"""Every table declared above, in that order."""
