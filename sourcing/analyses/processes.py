"""Tasks done here or in worker processes: what comes of each is the same whichever it is."""

import concurrent.futures
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from sourcing.errors import SolveError

Task = TypeVar("Task")
Result = TypeVar("Result")
Pool = concurrent.futures.Executor | None
"""Worker processes; None is this process."""


class WorkerLostError(SolveError):
    """A worker process was ended by something else than its work."""

    def __init__(self) -> None:
        super().__init__(
            "a worker process was ended from outside, killed or for want of memory; try with fewer workers"
        )


class Workers(concurrent.futures.ProcessPoolExecutor):
    """Processes that Ctrl-C never reaches, from their first instant on: SIGINT is blocked where they begin."""

    def submit(self, *task: Any, **named: Any) -> concurrent.futures.Future[Any]:
        """As of any executor; the first one begins the processes. Raises BrokenProcessPool where one ends at once."""
        with _unreached():
            try:
                return super().submit(*task, **named)
            except BrokenPipeError:  # of the process, not of a reader of the answer
                raise BrokenProcessPool("a worker process ended as it began") from None


@contextmanager
def _unreached() -> Iterator[None]:
    """Processes that begin here are not reached by Ctrl-C."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # when it is begun, Python 3.11 lifts the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def pool_of(workers: int) -> AbstractContextManager[Pool]:
    """Worker processes meanwhile; for 1 none."""
    return spawned(workers) if workers > 1 else nullcontext()


@contextmanager
def spawned(count: int) -> Iterator[concurrent.futures.Executor]:
    """Worker processes meanwhile. Ctrl-C is for this process, which ends them; they end with it, whatever ends it.

    Raises WorkerLostError where one of them is killed.
    """
    with Workers(count, multiprocessing.get_context("spawn"), _bound) as pool:
        try:
            yield pool
        except BrokenProcessPool:
            raise WorkerLostError from None
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


def streamed(function: Callable[[Task], Iterator[Result]], tasks: Sequence[Task]) -> Iterator[Result]:
    """What a function yields for each task, one by one as it is yielded, each task in a process of its own.

    function: of a module, for it is sent to the workers; as are tasks and results. The first error is raised;
    WorkerLostError where a process is killed. However this ends, the processes end.
    """
    context = multiprocessing.get_context("spawn")
    workers = []
    try:
        pipes = []
        for task in tasks:
            mine, theirs = context.Pipe(duplex=False)
            worker = context.Process(target=_yielding, args=(theirs, function, task), daemon=True)
            with _unreached():
                worker.start()
            workers.append(worker)
            pipes.append(mine)
            theirs.close()  # so that its end is seen here when the worker ends
        yield from _received(pipes)
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _received(pipes: list[Connection]) -> Iterator[Result]:
    while pipes:
        for pipe in wait(pipes):
            assert isinstance(pipe, Connection)
            try:
                result, error, last = pipe.recv()
            except EOFError:
                raise WorkerLostError from None
            if error is not None:
                raise error
            if last:
                pipes.remove(pipe)
            else:
                yield result


def _yielding(pipe: Connection, function: Callable[[Task], Iterator[Result]], task: Task) -> None:
    """What a worker does for `streamed`: results, errors, and a last word, without which it was killed."""
    _bound()
    try:
        for result in function(task):
            pipe.send((result, None, False))
        pipe.send((None, None, True))
    except BrokenPipeError:
        return
    except Exception as error:
        pipe.send((None, error, True))


def _bound() -> None:
    """In a worker: Ctrl-C is for the parent, and where that is gone this process ends too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(parent: int) -> None:
    wait([parent])
    os._exit(1)
