"""Tasks done in this process, in worker processes or on an engine of the caller's: the results are the same."""

import concurrent.futures
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any, TypeVar

from sourcing.errors import SolveError

Task = TypeVar("Task")
Result = TypeVar("Result")
Pool = concurrent.futures.Executor
"""Where tasks are done: worker processes, or an engine of the caller's, as `Client(...).get_executor()` of Dask and
`MPIPoolExecutor()` of mpi4py."""

LEFT_LOCKS = "ignore:resource_tracker:UserWarning"
"""Where a worker is ended, the lock that Pyomo makes in it is left to the tracker of resources, which need not tell."""


class WorkerLostError(SolveError):
    """A worker process was ended by something else than its work."""

    def __init__(self) -> None:
        super().__init__(
            "a worker process was ended from outside, killed or for want of memory; try with fewer workers"
        )


class Workers(concurrent.futures.ProcessPoolExecutor):
    """Processes that Ctrl-C never reaches, from their first instant on: SIGINT is blocked where they begin."""

    def submit(self, *task: Any, **named: Any) -> concurrent.futures.Future[Any]:
        """Submit a task as to any executor; the first one begins the processes. Raises BrokenProcessPool where one
        ends at once."""
        with unreached():
            try:
                return super().submit(*task, **named)
            except BrokenPipeError:  # of the process, not of a reader of the answer
                raise BrokenProcessPool("a worker process ended as it began") from None


@contextmanager
def unreached() -> Iterator[None]:
    """Processes that begin here are not reached by Ctrl-C, and are begun whole: it is seen here once they are."""
    with _put_off():
        if not hasattr(signal, "pthread_sigmask"):
            yield
            return
        resource_tracker.ensure_running()  # when it is begun, Python 3.11 lifts the block
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _put_off() -> Iterator[None]:
    """Ctrl-C is seen at the end. To block it in this thread is not enough: Python sees what another thread is sent."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    pressed: list[FrameType | None] = []
    signal.signal(signal.SIGINT, lambda _, frame: pressed.append(frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            before(signal.SIGINT, pressed[0])


@contextmanager
def pool_of(workers: int, executor: Pool | None = None) -> Iterator[Pool | None]:
    """Where tasks are done meanwhile: the executor if there is one, else processes; None is this process, alone."""
    if executor is not None or workers <= 1:
        yield executor
        return
    with spawned(workers) as pool:
        yield pool


@contextmanager
def spawned(count: int) -> Iterator[concurrent.futures.Executor]:
    """Worker processes meanwhile. Ctrl-C is for this process, which ends them; they end with it, whatever ends it.

    An error ends them at once, whatever they are at. Raises WorkerLostError where one of them is killed.
    """
    context = multiprocessing.get_context("spawn")
    if LEFT_LOCKS not in sys.warnoptions:  # with which the tracker of resources is begun
        sys.warnoptions.append(LEFT_LOCKS)
    theirs, mine = context.Pipe(duplex=False)
    with theirs, mine, Workers(count, context, _bound, (theirs,)) as pool:
        try:
            yield pool
        except BaseException as error:
            mine.close()  # which they see
            pool.shutdown(cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                raise WorkerLostError from None
            raise


def done(pool: Pool | None, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
    """The number of each task with its result, as it is done; the first error is raised, and what has not begun by then
    is called back.

    function: of a module, for it is sent to the workers; as are tasks and results. Raises WorkerLostError where a
    worker process is killed.
    """
    if pool is None:
        yield from ((number, function(task)) for number, task in enumerate(tasks))
        return
    sent = {pool.submit(function, task): number for number, task in enumerate(tasks)}
    try:
        for future in concurrent.futures.as_completed(sent):
            yield sent[future], future.result()
    except BrokenProcessPool:
        raise WorkerLostError from None
    finally:
        for future in sent:
            future.cancel()


def portions(items: Sequence[Task], size: int) -> list[tuple[Task, ...]]:
    """Items in groups of a size, the last one smaller: what a worker does one after the other."""
    return [tuple(items[first : first + size]) for first in range(0, len(items), size)]


def _bound(*until: Connection) -> None:
    """In a worker: Ctrl-C is for the parent, and where that is gone, or closes its end of a pipe, this process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=([parent.sentinel, *until],), daemon=True).start()


def _end_with(others: list[int | Connection]) -> None:
    wait(others)
    os._exit(1)
