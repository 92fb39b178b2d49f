"""What is decided now in cases in which a number is another than stated."""

from dataclasses import dataclass

from sourcing.calendar import Array
from sourcing.futures.tree import Mask


@dataclass(frozen=True)
class CasesTried:
    """In how many cases each decision of now is the one of the plan.

    names: of the cases that have a plan. contract: signed or not, shape (contracts,). qualification: begun now or not,
    shape (offers to qualify,).
    """

    names: tuple[str, ...]
    contract: Array
    qualification: Array


@dataclass(frozen=True)
class HorizonsTried:
    """Which decisions of now are others where the plan looks further. more: by how many periods in each; contract,
    qualification: whether it is decided otherwise in any of them, shape (contracts,) and (offers to qualify,)."""

    more: tuple[int, ...]
    contract: Mask
    qualification: Mask
