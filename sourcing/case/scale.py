"""How large what a case speaks of is."""

import numpy as np

from sourcing.case.case import Case


def largest_need(case: Case, material: str) -> float:
    """The largest need of a material in a period, of all demands together [unit]; 0 where nothing needs it."""
    need = np.zeros(len(case.calendar))
    for position, flows in zip(case.positions, case.outflows, strict=True):
        for flow in flows if position.material == material else ():
            need = need + flow.rate * case.demands[flow.row].need
    return float(need.max(initial=0.0))
