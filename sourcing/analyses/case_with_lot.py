"""A case with a lot that is not in the file: it is there, or at the border, on its day, and costs nothing."""

from dataclasses import dataclass, replace

import numpy as np

from sourcing import files
from sourcing.case import Case
from sourcing.case.frame import KILOGRAMS, Frame
from sourcing.case.records import Lane, OpenOrder, Outlay, Qualification
from sourcing.errors import Problem, ScenarioError
from sourcing.files import Document
from sourcing.pipeline.source import prepare
from sourcing.scenario.language.base import When
from sourcing.scenario.language.quoted_lot import QuotedLotSpec
from sourcing.selection import near

NOT_STATED = "not stated"


@dataclass(frozen=True)
class QuotedLot:
    """A lot resolved: volume [kg], price [money / kg], the periods of arrival and payment, its names in the case."""

    offer: str
    supplier: str
    origin: str
    material: str
    site: str
    volume: float
    price: float
    arrives: int
    paid: int


def lot_of(base: Document, quoted: QuotedLotSpec) -> tuple[Case, QuotedLot]:
    """The case that knows of the lot, without any of it yet, and the lot. Raises ScenarioError.

    Its supplier and offer join the document, so that restrictions and rules pick it by origin, material and supplier.
    """
    plain = prepare(base)
    site, supplier = _site(plain, quoted), quoted.supplier
    supplier_spec = plain.scenario.suppliers.get(supplier)
    if supplier_spec and quoted.from_ not in (None, supplier_spec.country):
        cure = f"leave 'from' out, or name the seller otherwise: another plant is another supplier (not '{supplier}')"
        raise _wrong("from", f"{supplier} is in {supplier_spec.country}, not in {quoted.from_}", cure)
    origin = supplier_spec.country if supplier_spec else quoted.from_ or NOT_STATED
    frame = Frame(plain.scenario, plain.calendar)
    price = quoted.price.measure
    stated_in = plain.scenario.rates_in or plain.scenario.currency
    if price.currency != stated_in and price.currency not in plain.scenario.rates:
        known_rates = ", ".join((stated_in, *plain.scenario.rates))
        raise _wrong("price", f"no rate of {price.currency}", f"give it in one of {known_rates}")
    name = f"lot of {supplier}"
    while name in plain.scenario.offers:
        name += " again"
    case = _joined(base, quoted, name, supplier_spec is None, origin)
    lot = QuotedLot(
        offer=name,
        supplier=supplier_spec.title if supplier_spec and supplier_spec.title else supplier,
        origin=origin,
        material=quoted.material,
        site=site,
        volume=frame.number(quoted.volume),
        price=frame.number(quoted.price),
        arrives=_period(plain, "arrives", quoted.arrives),
        paid=_period(plain, "paid", quoted.paid or quoted.arrives),
    )
    return _only_the_lot(case, lot), lot


def with_lot(case: Case, lot: QuotedLot, kilograms: float) -> Case:
    """The case with so much of the lot. What is normally taken from its seller is the lot, so that a restriction
    which lets half through holds half of it back."""
    amount = kilograms / KILOGRAMS[case.unit[lot.material]]
    order = OpenOrder(lot.offer, lot.offer, lot.site, amount, "making", lot.arrives)
    offers = tuple(
        replace(offer, licensable=np.full(len(case.calendar), amount)) if offer.name == lot.offer else offer
        for offer in case.offers
    )
    return replace(case, offers=offers, open_orders=(*case.open_orders, order))


def _joined(base: Document, quoted: QuotedLotSpec, name: str, new: bool, origin: str) -> Case:
    measure = quoted.price.measure
    offer = {
        "supplier": quoted.supplier,
        "material": quoted.material,
        "price": f"{measure.number!r} {measure.currency}/kg",
        "nameplate": "0 t/year",
        "spot_share": 0,
    }
    change = {"offers": {name: offer}} | ({"suppliers": {quoted.supplier: {"country": origin}}} if new else {})
    return prepare(files.amend(base, change))


def _only_the_lot(case: Case, lot: QuotedLot) -> Case:
    """Nothing more can be bought of the offer, only the lot comes. It can never be qualified, so that counts of
    suppliers pass it over; it has one lane, without time or cost."""
    count = len(case.calendar)
    none = np.zeros(count)
    closed = Qualification(Outlay(0.0, None), 0, none)
    offers = tuple(
        replace(offer, available=none, spot=none, qualification=closed) if offer.name == lot.offer else offer
        for offer in case.offers
    )
    lanes = tuple(lane for lane in case.lanes if lane.offer != lot.offer)
    return replace(case, offers=offers, lanes=(*lanes, Lane(lot.offer, lot.site, none, none, 0.0, 0)))


def _site(case: Case, quoted: QuotedLotSpec) -> str:
    """Where the lot goes: to a site that needs the material."""
    needed = {position.material: None for position in case.positions}
    if quoted.material not in needed:
        raise _wrong("material", f"nobody needs '{quoted.material}'", near(quoted.material, needed))
    sites = [position.site for position in case.positions if position.material == quoted.material]
    if quoted.site is None and len(sites) > 1:
        raise _wrong("site", f"{quoted.material} is needed at {' and '.join(sites)}", f"add site: {sites[0]}")
    if quoted.site is not None and quoted.site not in sites:
        raise _wrong("site", f"nobody at '{quoted.site}' needs {quoted.material}", near(quoted.site, sites))
    return quoted.site or sites[0]


def _period(case: Case, key: str, day: When) -> int:
    """The period of a day within the plan."""
    labels, period = case.calendar.labels, case.calendar.index(day.first)
    if not 0 <= period < len(labels):
        when = "before the plan begins" if period < 0 else "after the plan ends"
        cure = f"give a day between {labels[0]} and {labels[-1]}, or change horizon"
        raise _wrong(key, f"{day.text} is {when}", cure)
    return period


def _wrong(key: str, cause: str, cure: str) -> ScenarioError:
    return ScenarioError((Problem(None, f"--offer: {key}", cause, cure),))
