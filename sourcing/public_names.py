"""The public names of the package, which are stated once, in its stub: lines `from MODULE import NAME as NAME`."""


def _stated() -> dict[str, str]:
    with open(f"{__file__.rpartition('public_names')[0]}__init__.pyi", encoding="utf-8") as stub:  # noqa: PTH123
        words = [line.split() for line in stub if line.startswith("from ")]  # pathlib is slow to load
    return {name: module for _, module, _, name, *_ in words}


PUBLIC_NAMES = _stated()
"""Public names with the modules that define them."""
