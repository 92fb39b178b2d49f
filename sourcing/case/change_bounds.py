"""What changes may make of the numbers that a case states."""

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import Offer


def most_available(case: Case, offer: Offer) -> Array:
    """The most that an offer may have available in any future: what is nothing at first may be opened. Shape (periods,)
    [unit]."""
    by_future = [offer.available]
    for future in case.futures:
        changes = [change for change in future.changes if change.what == "available" and offer.name in change.names]
        factor = max((measure.capacity for measure in future.restrictions if measure.capacity > 1), default=1.0)
        if changes or factor > 1:
            values = factor * offer.available
            for change in changes:
                values = change.applied(values, offer.name)
            by_future.append(values)
    return np.asarray(np.max(by_future, axis=0))
