"""From the tables of a plan back to amounts by node, and what that shows of the tables."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sourcing.audit.audited_numbers import AuditedNumbers
from sourcing.audit.audited_tree import AuditedTree
from sourcing.audit.check import AuditCheck, equal
from sourcing.audit.plan_days import Array, Ints
from sourcing.errors import SolveError
from sourcing.outcome.plan import Plan

FREE = "without contract"
Keys = Mapping[tuple[Hashable, ...], int]


@dataclass(frozen=True)
class ReportedAmounts:
    """What the tables say, by node. spot, spot_price: (lanes, nodes); calls: (contracts, lanes, nodes); waiting,
    exported, cancelled, arrived: (lanes, nodes); stock: (positions, nodes); short: by demand and step, (steps, nodes);
    started: (offers to qualify, nodes); volume, signed: (contracts,)."""

    spot: Array
    spot_price: Array
    calls: Array
    waiting: Array
    exported: Array
    cancelled: Array
    arrived: Array
    stock: Array
    short: Array
    started: Array
    volume: Array
    signed: Array

    @property
    def orders(self) -> Array:
        """What is ordered on each lane, however it is bought."""
        return np.asarray(self.spot + self.calls.sum(axis=0))


@dataclass(frozen=True)
class TableReader:
    """Reads a long table into an array by thing, future and period, and that by node."""

    tree: AuditedTree
    labels: tuple[str, ...]

    def read(
        self, table: str, frame: pd.DataFrame, by: Sequence[str], keys: Keys, columns: Sequence[str]
    ) -> list[Array]:
        """Values of columns, shape (things, futures, periods) each."""
        out = [np.zeros((len(keys), *self.tree.node_of.shape)) for _ in columns]
        if frame.empty:
            return out
        row = _rows(frame[list(by)], keys)
        future, time = places(frame["future"], self.tree.futures), places(frame["period"], self.labels)
        unknown = (row < 0) | (future < 0) | (time < 0)
        if unknown.any():
            line = frame[unknown].iloc[0]
            raise SolveError(unsound(f"{table}: nobody knows {', '.join(str(line[name]) for name in by)}"))
        for values, column in zip(out, columns, strict=True):
            place = np.ravel_multi_index((row, future, time), values.shape)
            values += np.bincount(place, frame[column].to_numpy(float), values.size).reshape(values.shape)
        return out

    def at_nodes(self, values: Array) -> Array:
        """Values by future as by node: those of one future of each."""
        flat = np.zeros(self.tree.nodes, np.int64)
        flat[self.tree.node_of.ravel()] = np.arange(self.tree.node_of.size)
        return np.asarray(values.reshape(len(values), self.tree.node_of.size)[:, flat])

    def same(self, table: str, things: Sequence[str], values: Array, kept: Array) -> AuditCheck:
        """Futures that have shown the same so far have the same: non-anticipativity, off by node."""
        apart = np.abs(values - kept[:, self.tree.node_of])
        off = np.zeros(kept.shape)
        if apart.size and apart.max() > 0:
            thing, future, time = np.nonzero(apart)
            np.maximum.at(off, (thing, self.tree.node_of[future, time]), apart[thing, future, time])
        return equal(f"non_anticipativity of {table}", things, kept + off, kept)


def _rows(cells: pd.DataFrame, keys: Keys) -> Ints:
    """The row of each line of a table by what stands in its cells, -1 where nobody knows that."""
    kind = np.zeros(len(cells), np.int64)
    for name in cells.columns:
        codes, values = pd.factorize(cells[name], use_na_sentinel=False)
        kind = kind * len(values) + codes
    _, first, kinds = np.unique(kind, return_index=True, return_inverse=True)
    known = [keys.get(key, -1) for key in cells.iloc[first].itertuples(index=False, name=None)]
    return np.array(known, np.int64)[kinds]


def places(column: pd.Series, names: Sequence[str]) -> Ints:
    """Place of every cell of a column among names, -1 where it is none of them."""
    return np.asarray(pd.Index(np.array(names, dtype=object)).get_indexer(pd.Index(column)), dtype=np.int64)


def unsound(what: str) -> str:
    """The error for tables that do not state a plan."""
    return f"the plan does not add up: {what}; this is an error of the program: please report it with the scenario"


def read(plan: Plan, numbers: AuditedNumbers) -> tuple[ReportedAmounts, list[AuditCheck]]:
    """The amounts of a plan's tables, and the checks that reading them allows."""
    importer, tree = numbers.importer, numbers.tree
    reader, checks = TableReader(tree, numbers.days.labels), []

    def take(table: str, by: Sequence[str], keys: Keys, *columns: str, part: pd.DataFrame | None = None) -> list[Array]:
        frame, things = getattr(plan, table) if part is None else part, [", ".join(map(str, key)) for key in keys]
        read = reader.read(table, frame, by, keys, columns)
        kept = [reader.at_nodes(values) for values in read]
        for values, at_node in zip(read, kept, strict=True):
            checks.append(reader.same(table, things, values, at_node))
            checks.append(equal(f"amounts of {table}", things, np.minimum(at_node, 0.0), np.zeros(at_node.shape)))
        return kept

    lanes: Keys = {(lane.offer, lane.site): row for row, lane in enumerate(importer.lanes)}
    sources: Keys = {
        (*key, how): row * len(lanes) + number
        for row, how in enumerate([FREE, *(contract.name for contract in importer.contracts)])
        for key, number in lanes.items()
    }
    places_of: Keys = {(position.material, position.site): row for row, position in enumerate(importer.positions)}
    steps: Keys = {key: row for row, key in enumerate(_steps(numbers))}
    starts, offers = _starts(plan.qualifications, numbers)
    (ordered,) = take("orders", ("offer", "site", "how"), sources, "quantity")
    ordered = ordered.reshape(1 + len(importer.contracts), len(lanes), tree.nodes)
    (price,) = reader.read("orders", plan.orders, ("offer", "site", "how"), sources, ("price",))
    waiting, exported, cancelled = take("border", ("offer", "site"), lanes, "waiting", "exported", "cancelled")
    amounts = ReportedAmounts(
        spot=ordered[0],
        spot_price=reader.at_nodes(price)[: len(lanes)],
        calls=ordered[1:],
        waiting=waiting,
        exported=exported,
        cancelled=cancelled,
        arrived=take("arrivals", ("offer", "site"), lanes, "quantity")[0],
        stock=take("stockpile", ("material", "site"), places_of, "stock")[0],
        short=take("shortage", ("demand", "step"), steps, "quantity")[0],
        started=take("qualifications", ("offer",), offers, "started", part=starts)[0],
        volume=_by_contract(plan, numbers, "volume"),
        signed=_by_contract(plan, numbers, "decision"),
    )
    return amounts, checks


def _steps(numbers: AuditedNumbers) -> Iterator[tuple[str, str]]:
    return ((demand.name, step.name) for demand in numbers.importer.demands for step in demand.steps)


def _by_contract(plan: Plan, numbers: AuditedNumbers, column: str) -> Array:
    frame = plan.contracts
    said = {str(name): value for name, value in zip(frame["contract"], frame[column], strict=True)}
    names = [contract.name for contract in numbers.importer.contracts]
    if set(names) != set(said):
        raise SolveError(unsound("contracts: not every contract is in the table once"))
    if column == "decision":
        return np.array([float(said[name] in ("signed", "sign")) for name in names])
    return np.array([float(said[name]) for name in names])


def _starts(frame: pd.DataFrame, numbers: AuditedNumbers) -> tuple[pd.DataFrame, Keys]:
    """Starts of qualifications as a long table: one row for each future."""
    offers: Keys = {(numbers.importer.offers[row].name,): number for number, row in enumerate(numbers.qualify)}
    names = numbers.tree.futures
    rows = [
        (offer, future, start, 1.0)
        for offer, start, among in zip(frame["offer"], frame["start"], frame["futures"], strict=True)
        for future in (names if among == "all" else _named(among, names))
    ]
    return pd.DataFrame(rows, columns=["offer", "future", "period", "started"]), offers


def _named(text: str, names: Sequence[str]) -> Iterator[str]:
    """The futures that a text lists in their order; a name may hold a comma."""
    for name in names:
        if text == name or text.startswith(f"{name}, "):
            yield name
            text = text[len(name) + 2 :]
