"""One check of the audit: an amount by which something is off, beside what may be off."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sourcing.audit.audited_tree import AuditedTree
from sourcing.audit.plan_days import Array
from sourcing.figures import show

RELATIVE = 1e-6
HIDDEN = 1e-6  # volumes [unit] below which a table does not show an entry


@dataclass(frozen=True)
class AuditCheck:
    """off: how much is wrong, 0 or less where nothing is; scale: size of what is compared; room: what may be off
    besides RELATIVE x scale. All of shape (things, nodes), (things, futures) or (things,)."""

    name: str
    things: Sequence[object]
    off: Array
    scale: Array
    tolerance: Array
    unit: str = ""

    @property
    def relative(self) -> Array:
        """What is off as a share of scale and room; RELATIVE is as much as may be."""
        share = np.maximum(self.off, 0.0) / (self.scale + self.tolerance / RELATIVE + 1e-300)
        return np.where(np.isnan(share), np.inf, share)

    def fault(self, tree: AuditedTree, labels: Sequence[str]) -> str | None:
        """What is wrong most, in words; None when nothing is."""
        relative = self.relative
        if not relative.size or relative.max() <= RELATIVE:
            return None
        place = np.unravel_index(int(np.argmax(relative)), relative.shape)
        where = str(self.things[int(place[0])])
        if len(place) == 2 and relative.shape[1] == tree.nodes:
            node = int(place[1])
            where += f" in {labels[tree.period[node]]}, future '{tree.name(node)}'"
        elif len(place) == 2:
            where += f", future '{tree.futures[int(place[1])]}'"
        return f"{self.name}: {where} is off by {show(float(self.off[place]), self.unit)}".rstrip()


def equal(
    name: str, things: Sequence[object], one: Array, other: Array, tolerance: Array | float = HIDDEN, unit: str = ""
) -> AuditCheck:
    """Two numbers are the same. tolerance: broadcast to their shape."""
    scale = np.maximum(np.abs(one), np.abs(other))
    return AuditCheck(name, things, np.abs(one - other), scale, np.broadcast_to(tolerance, scale.shape), unit)


def at_most(
    name: str, things: Sequence[object], one: Array, other: Array, tolerance: Array | float = HIDDEN, unit: str = ""
) -> AuditCheck:
    """A number is no more than another, which may be infinite."""
    one, other = np.broadcast_arrays(one, other)
    bound = np.where(np.isfinite(other), other, 0.0)
    off = np.where(other == np.inf, 0.0, one - bound)
    scale = np.where(other == np.inf, 1.0, np.maximum(np.abs(one), np.abs(bound)))
    return AuditCheck(name, things, off, scale, np.broadcast_to(tolerance, scale.shape), unit)


def none(name: str, things: Sequence[object], amount: Array, tolerance: float = HIDDEN, unit: str = "") -> AuditCheck:
    """A check that amounts are 0 everywhere."""
    return at_most(name, things, np.abs(amount), np.zeros(amount.shape), tolerance, unit)
