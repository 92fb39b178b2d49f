"""The audit of a plan: every check, and the error where one fails."""

from collections.abc import Iterator

import numpy as np

from sourcing.audit.audited_numbers import AuditedNumbers, numbers
from sourcing.audit.audited_records import AuditedCommitments
from sourcing.audit.check import AuditCheck
from sourcing.audit.cost_checks import cost_checks, costs
from sourcing.audit.flow_checks import AuditedFlows, border_checks, stock_checks
from sourcing.audit.outlays import making_do, order_costs, outlays, storage
from sourcing.audit.possible_events import AuditedFuture
from sourcing.audit.price_checks import AuditedPrices
from sourcing.audit.purchase_checks import AuditedPurchases, buying_checks, price_checks, qualification_checks
from sourcing.audit.reported_amounts import ReportedAmounts, read, unsound
from sourcing.audit.rule_checks import RuleContext, flow_of, rule_checks
from sourcing.audit.service_checks import service_checks
from sourcing.errors import SolveError
from sourcing.outcome.manifest import Audit
from sourcing.outcome.plan import Plan
from sourcing.scenario.language.scenario import Scenario

NOTHING_COMMITTED = AuditedCommitments()
SHOWN = 3  # faults named in a message


def audit(
    plan: Plan,
    scenario: Scenario,
    drawn: tuple[AuditedFuture, ...] = (),
    committed: AuditedCommitments = NOTHING_COMMITTED,
) -> Audit:
    """Check a plan against its scenario: how many numbers were compared, and the largest relative difference.

    drawn: the futures, where the scenario has them drawn; committed: what an earlier plan decided.
    Raises SolveError naming the checks that failed.
    """
    known = numbers(scenario, drawn, committed)
    amounts, checks = read(plan, known)
    checks += _checks(plan, known, amounts)
    labels = known.days.labels
    faults = [fault for check in checks if (fault := check.fault(known.tree, labels))]
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise SolveError(unsound("; ".join(faults[:SHOWN]) + more))
    worst = max((float(check.relative.max()) for check in checks if check.relative.size), default=0.0)
    return Audit(sum(check.off.size for check in checks), worst)


def _checks(plan: Plan, known: AuditedNumbers, amounts: ReportedAmounts) -> Iterator[AuditCheck]:
    prices = AuditedPrices(known)
    flows, buying = AuditedFlows(known, amounts, prices), AuditedPurchases(known, amounts, prices)
    yield from buying_checks(buying)
    yield from qualification_checks(buying)
    yield from price_checks(buying, plan)
    yield from border_checks(flows)
    yield from stock_checks(flows)
    bills = np.zeros(amounts.spot.shape)
    for row, lane in enumerate(known.importer.lanes):
        bills[row] = prices.spot_bill(row, lane, amounts.spot[row], amounts.spot_price[row])
    spend = bills + (prices.contract[:, None, :] * amounts.calls).sum(axis=0) - prices.refund * amounts.cancelled
    freight, duty = prices.border
    bill = spend + (freight + duty) * flows.crossing + order_costs(known, buying)
    besides = RuleContext(outlays(known, buying, prices), storage(known, flows) + making_do(known, flows))
    flow = flow_of(known, flows, spend, bill, besides)
    yield from rule_checks(known, buying, flow)
    yield from service_checks(known, flows)
    yield from cost_checks(known, costs(known, prices, buying, flows, bills), plan)
