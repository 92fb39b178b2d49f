"""The mathematics, stated once for one node. The statement is models/formulation.md."""

from sourcing.formulation.border import border
from sourcing.formulation.contracts import contracts, signing
from sourcing.formulation.costs import costs, prices
from sourcing.formulation.counts import counts
from sourcing.formulation.demand import demand
from sourcing.formulation.lots import lots
from sourcing.formulation.purchases import purchases
from sourcing.formulation.qualification import qualification
from sourcing.formulation.risk import leaves_open, objective, path_costs
from sourcing.formulation.roles import Formulation, template
from sourcing.formulation.rules import rules
from sourcing.formulation.service import service, service_odds
from sourcing.formulation.stocks import stocks
from sourcing.nodes import Nodes


def formulate(data: Nodes) -> Formulation:
    """The two templates of a case. A part with nothing to add has empty sets and adds nothing."""
    now, node = template("now", 1), template("node", data.tree.nodes)

    signing(now, data)

    prices(node, data)
    qualification(node, data)
    purchases(node, data)
    contracts(node, data)
    lots(node, data)
    border(node, data)
    demand(node, data)
    stocks(node, data)
    costs(node, data)
    rules(node, data)
    counts(node, data)
    service(node, data)
    path_costs(node, data)

    service_odds(now, node, data)
    objective(now, data)
    return Formulation(now, node, data.tree, settle=leaves_open(data))
