"""Node data: from a case and its tree to what the formulation reads."""

from sourcing.model.node_data.assembly import Nodes, nodes
from sourcing.model.node_data.commitments import charged_share
from sourcing.model.node_data.largest_amounts import LargestAmount, LargestAmounts
from sourcing.model.node_data.purchase_ways import SPOT, LicensedGroup, Purchase, open_sources
from sourcing.model.node_data.rule_windows import windows

__all__ = [
    "SPOT",
    "LargestAmount",
    "LargestAmounts",
    "LicensedGroup",
    "Nodes",
    "Purchase",
    "charged_share",
    "nodes",
    "open_sources",
    "windows",
]
