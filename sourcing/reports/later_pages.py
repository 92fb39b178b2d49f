"""The pages behind page one: one function a section, left out where it has nothing to show; those of what may come are
in uncertainty.py.

A new section is a function here, a line in PAGES, and `section.<name>` in each catalogue.
"""

from collections.abc import Iterable

from sourcing.reports import charts, plan_tables
from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.charts.tree_chart import parting
from sourcing.reports.findings import Findings
from sourcing.reports.frame_tables import Asked, ColumnRequest, table
from sourcing.reports.page_one import Part
from sourcing.reports.report_model import Block, ColumnKind, ReportPoint, ReportPoints, ReportSection, ReportText
from sourcing.reports.uncertainty_pages import history, regimes, stress, survival


def behind(findings: Findings, words: CatalogueWords) -> tuple[ReportSection, ...]:
    """The sections that have something to show, in order of PAGES."""
    made = ((name, tuple(part(findings, words))) for name, part in PAGES)
    return tuple(ReportSection(name, words(f"section.{name}"), blocks) for name, blocks in made if blocks)


def supplier_mix(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """Expected arrivals by material, country and supplier."""
    if not findings.plan.supplier_mix.empty:
        yield charts.countries(findings, words)
        yield plan_tables.supplier_mix(findings.plan, words)


def stock(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """Stock of each material in every future, with what is wanted as cover."""
    if not findings.plan.stockpile.empty:
        yield charts.stock(findings, words)


def costs(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """Expected cost by kind: charged to the plan, and cash."""
    frame = plan_tables.expected_costs(findings.plan)
    if not frame.empty:
        yield charts.costs(frame, findings, words)
        yield plan_tables.costs(findings.plan, words)


def tornado(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """Each input at both ends: the bill, and the decision."""
    if findings.tornado.empty:
        return
    if findings.tornado[["cost_at_low", "cost_at_high"]].notna().all(axis=1).any():
        yield charts.tornado(findings, words)
    said = findings.tornado.assign(changes_decision=findings.tornado["changes_decision"].astype(bool))
    ends = (ColumnRequest(name, ColumnKind.NUMBER, "unit") for name in ("low", "high"))
    costs = ("cost_at_low", "cost_at_high", "lost_at_low", "lost_at_high")
    asked: Asked = ("input", *ends, *costs, "changes_decision", "decision_at_low", "decision_at_high")
    yield table(words, "tornado", said, asked, findings.plan.currency)


def frontier(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What safety costs: points from cheap to safe, the knee, and what the next million buys."""
    if findings.frontier.empty:
        return
    yield charts.frontier(findings, words)
    said = findings.frontier.assign(knee=[words("knee") if knee else "" for knee in findings.frontier["knee"]])
    asked = ("cost", "worst_cost", ColumnRequest("shortage", ColumnKind.SHARE), "knee", "next_million")
    yield table(words, "frontier", said, asked, findings.plan.currency)


def scarce(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What one more unit of each scarce thing is worth: mean, and its range over periods and futures."""
    if not findings.plan.prices.empty:
        yield ReportText(words("scarce.what"))
        yield plan_tables.scarce(findings.plan, words)


def tree(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """When futures part, and what shows it."""
    frame = findings.tree
    if frame.empty:
        return
    yield charts.tree(frame, words)
    yield table(words, "tree", parting(frame), ("period", "futures", "probability", "signals"))


def restrictions(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What is in force, from when to when, and who says so."""
    if not findings.restrictions.empty:
        asked = ("restriction", "what", "from", "until", "source", "confidence")
        yield table(words, "restrictions", findings.restrictions, asked)


def unkept(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What the plan could not promise, in its own sentences, which are English."""
    if findings.plan.unkept and words.tongue == "en":
        yield ReportPoints(tuple(ReportPoint(line) for line in findings.plan.unkept))


def proof(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """Last page: how good the plan is proven to be, what was worked out again, of what it was made."""
    plan, made = findings.plan, findings.plan.manifest
    versions = ", ".join(f"{name} {made.versions[name]}" for name in MAIN if name in made.versions)
    cost, bound = (words.figures.amount(value, plan.currency) for value in (plan.cost, plan.bound))
    lines = [
        words("proof.status", status=words(f"status.{plan.status}")),
        words("proof.cost", cost=cost, bound=bound),
        words("proof.gap", gap=words.figures.gap(plan.gap)),
        words("proof.audit", checked=f"{made.audit.checked:,}", worst=f"{made.audit.worst:.1g}"),
        words("proof.size", columns=f"{made.columns:,}", rows=f"{made.rows:,}", nodes=f"{made.nodes:,}"),
        words("proof.inputs", inputs=made.inputs),
        words("proof.versions", versions=versions),
    ]
    yield ReportPoints(tuple(ReportPoint(line) for line in lines))


MAIN = ("sourcing", "HiGHS", "pyomo", "numpy", "pandas", "Python")
"""What a report names of the versions; the manifest has all of them."""

PAGES: tuple[tuple[str, Part], ...] = (
    ("supplier_mix", supplier_mix),
    ("stock", stock),
    ("costs", costs),
    ("tornado", tornado),
    ("frontier", frontier),
    ("scarce", scarce),
    ("tree", tree),
    ("regimes", regimes),
    ("restrictions", restrictions),
    ("survival", survival),
    ("stress", stress),
    ("history", history),
    ("unkept", unkept),
    ("proof", proof),
)
