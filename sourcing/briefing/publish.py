"""A report of a scenario or a plan, in a file."""

from pathlib import Path

from sourcing.briefing.board import Step
from sourcing.briefing.brief_source import brief
from sourcing.pipeline.source import Source
from sourcing.reports.catalogue_words import Tongue
from sourcing.reports.writing import check_file, write
from sourcing.worker_processes import Pool


def report(
    source: Source,
    out: str | Path,
    *,
    language: Tongue = "en",
    overrides: tuple[str, ...] = (),
    gap: float = 1e-4,
    time_limit: float | None = None,
    deep: bool = False,
    history: str | None = None,
    progress: Step | None = None,
    accept_edited: bool = False,
    workers: int = 1,
    executor: Pool | None = None,
) -> Path:
    """The page a board reads, with the pages behind it, as a file. Returns its path.

    out: its ending says what it is: .html, .xlsx, .md or .pdf. language: en or ja. Of a plan, or the folder that it was
    saved in, gap and time_limit are those that it was solved with, and no overrides are taken. deep: fresh futures too,
    and losses that meet the plan's stock, which takes many times as long. history: recorded events, such as "jp-2026".
    progress: called with the name of each part before it is worked out. accept_edited: a saved plan that is not as it
    was saved is taken as it is, and the report says so. workers: processes that share the work; executor: does what
    they would, see `sourcing.worker_processes`.

    Raises ScenarioError for input, or a file, that cannot be used, SolveError where there is no plan.
    """
    target = check_file(out)
    findings = brief(
        source,
        overrides=overrides,
        gap=gap,
        time_limit=time_limit,
        step=progress,
        deep=deep,
        history=history,
        accept_edited=accept_edited,
        workers=workers,
        executor=executor,
    )
    return write(findings, target, language)
