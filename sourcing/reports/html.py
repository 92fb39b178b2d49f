"""A report as one HTML file: offline, no request to any host, nothing in it but what this module writes."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

import jinja2
import vl_convert
from markupsafe import Markup

from sourcing.reports.report_model import Block, Report, ReportChart

TEMPLATES = Path(__file__).parent / "templates"


def html(report: Report) -> str:
    """The page. Text is escaped; the page's own policy lets no script run but those written here, and loads nothing."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    library, script = drawing_library(), (TEMPLATES / "report.js").read_text(encoding="utf-8")
    return environment.get_template("report.html").render(
        report=report,
        words=report.words,
        style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        specs=Markup(in_script(specs(report))),
        library=Markup(library),
        script=Markup(script),
        policy=policy(library, script),
        sort_of=sort_of,
        chart_id=chart_id,
    )


def sort_of(block: Block) -> str:
    """Which sort of block it is."""
    return type(block).__name__


def chart_id(chart: ReportChart, number: int) -> str:
    """Anchor of a panel of a chart on the page. number: place of the panel, from 0."""
    return f"chart-{chart.name}-{number}"


def specs(report: Report) -> dict[str, object]:
    """Specification of every panel by its anchor."""
    charts = [block for section in report.sections for block in section.blocks if isinstance(block, ReportChart)]
    return {chart_id(chart, number): panel.spec for chart in charts for number, panel in enumerate(chart.panels)}


def in_script(value: object) -> str:
    """JSON that ends no script element and opens no comment, whatever its texts say."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    escaped: dict[str, str | int | None] = {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
    }
    return text.translate(str.maketrans(escaped))


def policy(*scripts: str) -> str:
    """What the page may do: run the scripts written here, known by their hashes, and no more."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts)
    allowed = " ".join(f"'sha256-{text}'" for text in hashes)
    loads = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return f"{loads}; script-src {allowed}"


@cache
def drawing_library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script. Raises ValueError should it end a script element."""
    bundle = str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    if "</script" in bundle.lower() or "<!--" in bundle:
        raise ValueError("the drawing library cannot stand in a page")
    return bundle
