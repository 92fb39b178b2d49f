"""What can be seen of a future in a period: two of which the same is seen are not told apart."""

from collections.abc import Hashable, Iterator

import numpy as np

from sourcing.audit.possible_events import AuditedChange, AuditedRestriction


def of_measures(measures: tuple[AuditedRestriction, ...], time: int) -> Iterator[Hashable]:
    """What is seen of measures in a period: what they are, and how much of the period they hold; before, when they
    will begin; and when they end, where that is known."""
    for one in measures:
        numbers = (one.approval, one.delay, one.price, one.capacity, one.price_elsewhere, one.capacity_elsewhere)
        what = (one.name, one.offers, one.targets, one.links, one.seizes, str([float(number) for number in numbers]))
        until = one.ends if one.until_known and time >= one.known_from else None
        if one.cover[time] > 0:
            yield "in force", what, round(float(one.cover[time]), 9), until
        elif one.known_from <= time < one.begins:
            yield "to come", what, one.begins, until


def of_changes(changes: tuple[AuditedChange, ...], time: int) -> Iterator[Hashable]:
    """What is seen of changes in a period, likewise."""
    for one in changes:
        what = (one.name, one.what, one.names, one.how, str(one.factor))
        first = int(np.argmax(one.cover > 0)) if one.cover.any() else len(one.cover)
        if one.cover[time] > 0:
            amounts = tuple(float(one.amount[name][time]) for name in sorted(one.amount))
            yield "in force", what, amounts, round(float(one.cover[time]), 9)
        elif one.known_from <= time < first:
            yield "to come", what, first
