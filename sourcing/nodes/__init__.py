"""Node data: from a case and its tree to what the formulation reads."""

from sourcing.nodes.commitments import charged_share
from sourcing.nodes.data import Nodes, nodes
from sourcing.nodes.largest import Largest, Sizes
from sourcing.nodes.sources import SPOT, Group, Source, open_sources
from sourcing.nodes.windows import windows

__all__ = ["SPOT", "Group", "Largest", "Nodes", "Sizes", "Source", "charged_share", "nodes", "open_sources", "windows"]
