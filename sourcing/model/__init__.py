"""The mathematics, stated once for one node. The statement is models/formulation.md."""

import sourcing.light_pyomo  # noqa: F401  before Pyomo is
from sourcing.model.border import border
from sourcing.model.contracts import contracts, signing
from sourcing.model.costs import costs, prices
from sourcing.model.demand import demand
from sourcing.model.node_data import Nodes
from sourcing.model.objective import leaves_open, objective, path_costs
from sourcing.model.order_lots import lots
from sourcing.model.orders import purchases
from sourcing.model.qualification import qualification
from sourcing.model.rules import rules
from sourcing.model.service_level import service, service_odds
from sourcing.model.statements import template
from sourcing.model.stocks import stocks
from sourcing.model.supplier_counts import counts
from sourcing.model.templates import Formulation


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
