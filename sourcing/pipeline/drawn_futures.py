"""What the audit of a plan is told beside the scenario: futures that were drawn, as they are."""

from sourcing import audit
from sourcing.case.case import Case
from sourcing.case.records import Change, Future, Restriction


def drawn(case: Case) -> tuple[audit.AuditedFuture, ...]:
    """The futures of a case that were drawn; none where they are stated, for then the audit reads them itself."""
    return tuple(map(_course, case.futures)) if case.sampling else ()


def _course(future: Future) -> audit.AuditedFuture:
    return audit.AuditedFuture(
        future.name,
        future.probability,
        tuple(map(_measure, future.restrictions)),
        tuple(map(_change, future.changes)),
        future.shown,
    )


def _measure(part: Restriction) -> audit.AuditedRestriction:
    return audit.AuditedRestriction(
        name=part.name,
        regime=part.regime,
        basis=part.basis,
        offers=part.offers,
        targets=part.targets,
        cover=part.cover,
        begins=part.begins,
        ends=part.ends,
        known_from=part.known_from,
        until_known=part.until_known,
        before=part.age,
        approval=part.approval,
        delay=part.delay,
        price=part.price,
        capacity=part.capacity,
        price_elsewhere=part.price_elsewhere,
        capacity_elsewhere=part.capacity_elsewhere,
        links=part.links,
        seizes=part.seizes,
        spared=part.duty_stated,
    )


def _change(part: Change) -> audit.AuditedChange:
    return audit.AuditedChange(
        part.name, part.what, part.names, part.how, part.factor, part.amount, part.cover, part.known_from
    )
