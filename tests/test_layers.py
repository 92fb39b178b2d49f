"""The table of contents of sourcing/, and who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import ROOT

# A module imports only from those before it; what is not listed here does not belong to the package.
LAYERS = (
    *("public_names", "errors", "durable", "interrupts", "garbage", "worker_processes", "light_pyomo"),
    *("spelling", "library", "units", "figures"),
    *("files", "glossary", "facts"),
    *("selection", "calendar", "scenario", "sampling", "case", "futures", "model", "solver", "outcome", "audit"),
    *("advice", "pipeline", "analyses", "reports", "briefing", "cli", "__main__"),
)
# The audit works a plan out again: it may know what was asked and what the plan says, and nothing between the two.
AUDITED = (
    "errors",
    "units",
    "figures",  # the names of measures are those of the tables that it checks
    "selection",
    "facts.datasets",
    "facts.metal_content",
    "scenario",
    "outcome.plan",
    "outcome.manifest",
    "audit",
)
APART = ("analyses", "reports")  # a report is handed tables

# One library, one door.
DOORS = {
    **dict.fromkeys(("ruamel", "yaml", "python_calamine"), ("files",)),
    **dict.fromkeys(("pydantic", "pydantic_core"), ("scenario", "glossary")),
    **dict.fromkeys(("pint",), ("units",)),
    **dict.fromkeys(("pyomo",), ("light_pyomo", "model", "solver")),
    **dict.fromkeys(("highspy",), ("solver",)),
    **dict.fromkeys(("SALib",), ("analyses",)),
    **dict.fromkeys(("click",), ("cli",)),
    **dict.fromkeys(("rich",), ("reports",)),  # a terminal is written as a page is
    **dict.fromkeys(("altair", "vl_convert", "xlsxwriter", "jinja2", "markupsafe", "typst"), ("reports",)),
    **dict.fromkeys(("noto_cjk_sans_jp_bold", "noto_cjk_sans_jp_regular"), ("reports",)),
}

PACKAGE = ROOT / "sourcing"


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines and full names of what is imported: `from a import b` is a.b, a relative import begins with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{home}.{alias.name}") for alias in node.names)


def forbidden(layer: str, part: str, name: str) -> str | None:
    """Why a module may not import a name; `part` is its name inside its package, with that of a package in
    between."""
    top, _, rest = name.partition(".")
    inner, _, rest = rest.partition(".")
    if top in DOORS and layer not in DOORS[top]:
        return f"only for {' and '.join(DOORS[top])}"
    if top == "":
        return "write the full name"
    if name.endswith(".*"):
        return "name what is imported"
    if top != "sourcing" or layer == "__init__":
        return None
    if inner not in LAYERS:
        return "sourcing has no such module"
    if LAYERS.index(inner) > LAYERS.index(layer):
        return f"{layer} stands before {inner}"
    if layer == "audit" and not any(f"{inner}.{rest}.".startswith(f"{known}.") for known in AUDITED):
        return f"the audit may only know {', '.join(AUDITED)}"
    if layer in APART and inner in APART and inner != layer:
        return f"{layer} and {inner} stand apart"
    inside = layer == inner == "model" and not f"{part}.".startswith(("__init__.", "node_data."))
    if inside and rest.partition(".")[0] not in ("templates", "statements", "node_data"):
        return "parts of the model know only templates, statements and node_data"
    return None


def faults(path: str, source: str) -> list[str]:
    """What is against the order in a module, `path` being relative to sourcing/."""
    layer, tree = Path(path).parts[0].removesuffix(".py"), ast.parse(source)
    part = ".".join(Path(path).with_suffix("").parts[1:])
    if layer not in (*LAYERS, "__init__"):
        return [f"sourcing/{path}:1: is not in the list of layers"]
    found = [(line, f"imports {name}: {why}") for line, name in imports(tree) if (why := forbidden(layer, part, name))]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    if layer not in ("__init__", "cli"):
        inside = {hit for node in ast.walk(tree) if isinstance(node, functions) for hit in imports(node)}
        found += [(line, f"imports {name} inside a function") for line, name in inside]
    found += [(node.lineno, "asks TYPE_CHECKING") for node in ast.walk(tree) if _asks_type_checking(node)]
    return [f"sourcing/{path}:{line}: {what}" for line, what in sorted(found)]


def _asks_type_checking(node: ast.AST) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name == "TYPE_CHECKING"


def test_every_module_keeps_its_layer() -> None:
    modules = sorted(PACKAGE.rglob("*.py"))
    assert modules
    found = [
        fault for file in modules for fault in faults(file.relative_to(PACKAGE).as_posix(), file.read_text("utf-8"))
    ]
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("helpers.py", "", "1: is not in the list of layers"),
        ("units.py", "import re\nfrom sourcing.case import Case", "2: imports sourcing.case.Case: units stands before"),
        ("units.py", "from sourcing import case", "1: imports sourcing.case: units stands before case"),
        ("cli/solve.py", "from sourcing import solve_it", "1: imports sourcing.solve_it: sourcing has no such module"),
        ("units.py", "from . import errors", "1: imports ..errors: write the full name"),
        ("units.py", "from math import *", "1: imports math.*: name what is imported"),
        ("calendar.py", "import ruamel.yaml", "1: imports ruamel.yaml: only for files"),
        (
            "calendar.py",
            "from pyomo.environ import Var",
            "1: imports pyomo.environ.Var: only for light_pyomo and model and solver",
        ),
        ("case/frame.py", "def f():\n    import re", "2: imports re inside a function"),
        (
            "case/frame.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import re",
            "2: asks TYPE_CHECKING",
        ),
        ("case/frame.py", "import typing\nif typing.TYPE_CHECKING:\n    import re", "2: asks TYPE_CHECKING"),
        (
            "reports/page.py",
            "from sourcing.analyses.sensitivity import sweep",
            "1: imports sourcing.analyses.sensitivity.sweep: reports and",
        ),
        ("model/order_lots.py", "from sourcing.model.border import border", "1: imports sourcing.model.b"),
        (
            "audit/plan_days.py",
            "from sourcing.calendar import calendar",
            "1: imports sourcing.calendar.calendar: the au",
        ),
        (
            "audit/plan_days.py",
            "from sourcing.outcome.cost_terms import costs",
            "1: imports sourcing.outcome.cost_terms.costs: the au",
        ),
        ("audit/plan_days.py", "import sourcing.case", "1: imports sourcing.case: the audit may only know"),
    ],
)
def test_a_fault_is_named_with_its_line(path: str, source: str, fault: str) -> None:
    (found,) = faults(path, source)
    assert found.startswith(f"sourcing/{path}:{fault}")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "__init__.py",
            "from sourcing.cli import main\ndef __getattr__(name):\n    import sourcing.pipeline.plan_scenario",
        ),
        ("cli/solve.py", "def solve():\n    import click\n    from sourcing.reports import page"),
        ("model/__init__.py", "from sourcing.model.border import border"),
        ("model/order_lots.py", "import pyomo.environ as pyo\nfrom sourcing.model.statements import own"),
        ("model/order_lots.py", "from sourcing.model import templates\nfrom sourcing.model.node_data import Nodes"),
        (
            "audit/plan_days.py",
            "from sourcing.outcome.plan import Plan\nfrom sourcing.scenario.language.base import Dated",
        ),
    ],
)
def test_what_is_allowed(path: str, source: str) -> None:
    assert faults(path, source) == []
