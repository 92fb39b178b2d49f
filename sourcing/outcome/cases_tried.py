"""What is decided now in cases in which a number is another than stated."""

from dataclasses import dataclass

from sourcing.calendar import Array


@dataclass(frozen=True)
class CasesTried:
    """In how many cases each decision of now is the one of the plan.

    names: of the cases that have a plan. contract: signed or not, shape (contracts,). qualification: begun now or not,
    shape (offers to qualify,).
    """

    names: tuple[str, ...]
    contract: Array
    qualification: Array
