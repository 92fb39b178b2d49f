"""How large what a case speaks of is."""

import numpy as np

from sourcing.case.case import Case


def largest_need(case: Case, material: str) -> float:
    """The largest need of a material in a period, of all demands together [unit]; 0 where nothing needs it."""
    need = np.zeros(len(case.calendar))
    for demand in case.demands:
        need = need + dict(demand.proportions).get(material, 0.0) * demand.need
    return float(need.max(initial=0.0))
