"""Tasks done here or in worker processes: what comes of each is the same whichever it is."""

import concurrent.futures
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing import resource_tracker
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
Pool = concurrent.futures.Executor | None
"""Worker processes; None is this process."""


class Workers(concurrent.futures.ProcessPoolExecutor):
    """Processes that Ctrl-C never reaches, from their first instant on: SIGINT is blocked where they begin."""

    def submit(self, *task: Any, **named: Any) -> concurrent.futures.Future[Any]:
        """As of any executor; the first one begins the processes. Raises BrokenProcessPool where one ends at once."""
        if not hasattr(signal, "pthread_sigmask"):
            return super().submit(*task, **named)
        resource_tracker.ensure_running()  # when it is begun, Python 3.11 lifts the block
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(*task, **named)
        except BrokenPipeError:  # of the process, not of a reader of the answer
            raise BrokenProcessPool("a worker process ended as it began") from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def pool_of(workers: int) -> AbstractContextManager[Pool]:
    """Worker processes meanwhile; for 1 none."""
    return spawned(workers) if workers > 1 else nullcontext()


@contextmanager
def spawned(count: int) -> Iterator[concurrent.futures.Executor]:
    """Worker processes meanwhile. Ctrl-C is for this process, which ends them."""
    context, ignore = multiprocessing.get_context("spawn"), (signal.SIGINT, signal.SIG_IGN)
    with Workers(count, context, signal.signal, ignore) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def done(pool: Pool, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
    """The number of each task with what came of it, as it is done; the first error is raised.

    function: of a module, for it is sent to the workers; as are tasks and results.
    """
    if pool is None:
        yield from ((number, function(task)) for number, task in enumerate(tasks))
        return
    sent = {pool.submit(function, task): number for number, task in enumerate(tasks)}
    for one in concurrent.futures.as_completed(sent):
        yield sent[one], one.result()
