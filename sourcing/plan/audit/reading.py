"""An importer, read from its scenario."""

from sourcing.plan.audit import needs, trade
from sourcing.plan.audit.days import days
from sourcing.plan.audit.records import Committed, Importer
from sourcing.plan.audit.written import A_YEAR, Written
from sourcing.scenario.scenario import Scenario


def importer(scenario: Scenario, committed: Committed) -> Importer:
    """All that a scenario says, but for what may happen; what nobody needs is left out."""
    horizon = scenario.horizon
    written = Written(scenario, days(horizon.start.first, horizon.periods, horizon.period))
    demands = needs.demands(written)
    wanted = {(material, demand.site) for demand in demands for material in demand.uses}
    offers = trade.offers(written, committed, {material for material, _ in wanted})
    rate = scenario.discount.measure
    return Importer(
        scenario=scenario,
        days=written.days,
        offers=offers,
        lanes=trade.lanes(written, offers, wanted),
        contracts=trade.contracts(written, committed, offers),
        positions=needs.positions(written, demands),
        open_orders=needs.open_orders(written, {offer.name for offer in offers}, wanted),
        demands=demands,
        shared={
            name: written.flow(supplier.capacity) for name, supplier in scenario.suppliers.items() if supplier.capacity
        },
        rate=rate.number * A_YEAR[rate.time or "year"],
    )
