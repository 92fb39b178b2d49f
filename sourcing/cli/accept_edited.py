"""--accept-edited: plans that are not as they were saved."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from sourcing.errors import Problem, ScenarioError, SourcingError

accept_edited = click.option(
    "--accept-edited", is_flag=True, help="Take a saved plan that was edited since as it is; the answer says so."
)


@contextmanager
def of_edited(accepted: bool) -> Iterator[None]:
    """What is read off a plan. Raises ScenarioError where one that was edited by hand does not hold together."""
    try:
        yield
    except (SourcingError, click.ClickException, OSError, MemoryError):
        raise
    except Exception as error:
        if not accepted:
            raise
        said = " ".join(str(error).split())[:200]
        cause = f"an edited plan does not hold together ({type(error).__name__}: {said})"
        cure = "put back what was saved, or solve again"
        raise ScenarioError((Problem(None, "--accept-edited", cause, cure),)) from None
