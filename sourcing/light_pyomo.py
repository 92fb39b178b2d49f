"""Pyomo without the whole of scipy: to be imported before any part of Pyomo is.

Where scipy is already loaded Pyomo loads its statistics, optimisation, integration and spatial parts at once, and
otherwise as soon as scipy is, which takes longer than reading, solving and telling a small plan. Nothing here needs
them of Pyomo: they are loaded where they are used. So scipy is out of Pyomo's sight while Pyomo looks for it, and what
waits for it to come is told no more. Where Pyomo is made otherwise one day, this does nothing, and only the start takes
longer.
"""

import sys

_scipy = sys.modules.pop("scipy", None)
try:
    from pyomo.common import dependencies
finally:
    if _scipy is not None:
        sys.modules["scipy"] = _scipy

_finder = getattr(dependencies, "DeferredImportCallbackFinder", None)
getattr(_finder, "_callbacks", {}).pop("scipy", None)
