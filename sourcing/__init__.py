"""Sourcing of critical materials under export controls: which suppliers to contract, what to pay, what to stockpile.

>>> import sourcing
>>> sourcing.solve("examples/japan_heavy_rare_earths.yaml").status
'optimal'
"""

import importlib

from sourcing.public_names import PUBLIC_NAMES

__all__ = [*PUBLIC_NAMES, "__version__"]


def __getattr__(name: str):  # type: ignore[no-untyped-def]  # Any: importing typing takes longer than all else here
    """Load a public name when it is first asked for, so that `sourcing --help` loads none of the big libraries."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("sourcing")
    if name not in PUBLIC_NAMES:
        raise AttributeError(f"module 'sourcing' has no attribute '{name}'")
    return getattr(importlib.import_module(PUBLIC_NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
