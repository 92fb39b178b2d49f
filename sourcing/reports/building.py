"""From findings to the report: its title, page one, and the pages behind it."""

from sourcing.reports.catalogue_words import Tongue, words
from sourcing.reports.findings import Findings
from sourcing.reports.later_pages import behind
from sourcing.reports.page_one import page_one
from sourcing.reports.report_model import Report


def build(findings: Findings, tongue: Tongue) -> Report:
    """The report in a tongue, as sections of blocks."""
    said, plan = words(tongue), findings.plan
    periods = list(dict.fromkeys(plan.stockpile["period"]))
    first, last = (said.figures.period(periods[end]) if periods else "" for end in (0, -1))
    subtitle = said("subtitle", first=first, last=last, count=str(len(plan.futures))) if periods else ""
    edited = ", ".join(plan.manifest.edited)
    return Report(
        title=plan.title or said("untitled"),
        subtitle="; ".join(filter(None, (subtitle, said("edited", files=edited) if edited else ""))),
        words=said,
        futures=tuple(plan.futures["future"]),
        page_one=page_one(findings, said),
        behind=behind(findings, said),
    )
