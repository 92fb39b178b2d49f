"""Findings to a file; its ending says which."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from sourcing import durable
from sourcing.errors import Problem, ScenarioError
from sourcing.reports.building import build
from sourcing.reports.catalogue_words import Tongue
from sourcing.reports.findings import Findings
from sourcing.reports.html import html
from sourcing.reports.markdown import markdown
from sourcing.reports.pdf import pdf
from sourcing.reports.report_model import Report
from sourcing.reports.workbook import workbook

FORMS: Mapping[str, Callable[[Report, Findings], bytes]] = MappingProxyType(
    {
        ".html": lambda report, _: html(report).encode(),
        ".xlsx": workbook,
        ".md": lambda report, _: markdown(report).encode(),
        ".pdf": lambda report, _: pdf(report),
    }
)
"""Ending of a file, and what makes its bytes."""


def write(findings: Findings, path: str | Path, language: Tongue = "en") -> Path:
    """Write a report, all or nothing. language: en or ja.

    Raises ScenarioError for an ending of no known form, and for a file that cannot be written.
    """
    target = check_file(path)
    made = FORMS[target.suffix.lower()](build(findings, language), findings)
    try:
        durable.write(target, made)
    except OSError as error:
        raise _unwritable(path, error.strerror) from None
    return target


def check_file(path: str | Path) -> Path:
    """The path, if a report can be written there: better known before a long solve than after it."""
    target = Path(path)
    if target.suffix.lower() not in FORMS:
        known = ", ".join(FORMS)
        problem = Problem(
            None, str(path), f"'{target.suffix}' is no form of a report", f"end its name in one of {known}"
        )
        raise ScenarioError((problem,))
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise _unwritable(path, "is a folder" if target.is_dir() else "its folder is not there")
    return target


def _unwritable(path: str | Path, why: str | None) -> ScenarioError:
    return ScenarioError((Problem(None, str(path), f"cannot be written ({why})", "name a file you may write"),))
