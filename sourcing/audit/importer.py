"""An importer, read from its scenario."""

from sourcing.audit import audited_needs, trade
from sourcing.audit.audited_records import AuditedCommitments, AuditedImporter
from sourcing.audit.plan_days import days
from sourcing.audit.written_numbers import A_YEAR, WrittenNumbers
from sourcing.scenario.language.scenario import Scenario


def importer(scenario: Scenario, committed: AuditedCommitments) -> AuditedImporter:
    """All that a scenario says, but for what may happen; what nobody needs is left out."""
    horizon = scenario.horizon
    start, period = horizon.start.first, horizon.period
    beyond = WrittenNumbers(scenario, days(start, horizon.periods, period)).periods(horizon.beyond)
    written = WrittenNumbers(scenario, days(start, horizon.periods, period, beyond))
    demands = audited_needs.demands(written)
    wanted = {(material, demand.site) for demand in demands for material in demand.uses}
    offers = trade.offers(written, committed, {material for material, _ in wanted})
    rate = scenario.discount.measure
    return AuditedImporter(
        scenario=scenario,
        days=written.days,
        offers=offers,
        lanes=trade.lanes(written, offers, wanted),
        contracts=trade.contracts(written, committed, offers),
        positions=audited_needs.positions(written, demands),
        open_orders=audited_needs.open_orders(written, {offer.name for offer in offers}, wanted),
        demands=demands,
        shared={
            name: written.flow(supplier.capacity) for name, supplier in scenario.suppliers.items() if supplier.capacity
        },
        rate=rate.number * A_YEAR[rate.time or "year"],
    )
