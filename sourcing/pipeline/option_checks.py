"""Options of a solve that mean nothing are refused before anything is read."""

from collections.abc import Iterable

from sourcing.errors import Problem, ScenarioError
from sourcing.solver.highs import Options
from sourcing.solver.strategy import Strategy

MOST_THREADS = 64
MOST_WORKERS = 1024


def check_options(options: Options) -> None:
    """Raise ScenarioError for options of the solver that mean nothing."""
    limit = options.time_limit
    _check(
        (
            ("gap", options.gap, 0 <= options.gap <= 1, "give a share between 0 and 1"),
            ("time_limit", limit, limit is None or limit > 0, "give seconds"),
            (
                "threads",
                options.threads,
                1 <= options.threads <= MOST_THREADS,
                f"give a number between 1 and {MOST_THREADS}",
            ),
            ("strategy", options.strategy, options.strategy in list(Strategy), f"give one of {', '.join(Strategy)}"),
        )
    )


def check_workers(workers: int) -> None:
    """Raise ScenarioError for a number of worker processes that cannot be."""
    cure = f"give a number of processes between 1 and {MOST_WORKERS}"
    _check((("workers", workers, 1 <= workers <= MOST_WORKERS, cure),))


def _check(entries: Iterable[tuple[str, object, bool, str]]) -> None:
    """Raise ScenarioError for entries of name, value, whether that can be, and what to give instead."""
    wrong = tuple(
        Problem(None, name, f"{value} is out of range", cure) for name, value, right, cure in entries if not right
    )
    if wrong:
        raise ScenarioError(wrong)
