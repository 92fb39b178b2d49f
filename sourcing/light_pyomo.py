"""Pyomo without the whole of scipy: to be imported before scipy is.

As soon as scipy is there Pyomo loads its statistics, optimisation, integration and spatial parts, which takes longer
than reading, solving and telling a small plan. Nothing here needs them of Pyomo: they are loaded where they are used.
Where Pyomo is made otherwise one day, this does nothing, and only the start takes longer.
"""

from pyomo.common import dependencies

_finder = getattr(dependencies, "DeferredImportCallbackFinder", None)
getattr(_finder, "_callbacks", {}).pop("scipy", None)
