"""Node data: from a case and its tree to what the formulation reads."""

from sourcing.nodes.commitments import charged_share
from sourcing.nodes.data import Nodes, nodes
from sourcing.nodes.sources import SPOT, Group, Source, open_sources

__all__ = ["SPOT", "Group", "Nodes", "Source", "charged_share", "nodes", "open_sources"]
