"""Tasks done here or in worker processes: what comes of each is the same whichever it is."""

import concurrent.futures
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def done(function: Callable[[Task], Result], tasks: Sequence[Task], workers: int) -> Iterator[tuple[int, Result]]:
    """The number of each task with what came of it, as it is done; the first error is raised.

    function: of a module, for it is sent to the workers; as are tasks and results. Ctrl-C is for this process.
    """
    if workers <= 1 or len(tasks) < 2:
        yield from ((number, function(task)) for number, task in enumerate(tasks))
        return
    context, ignore = multiprocessing.get_context("spawn"), (signal.SIGINT, signal.SIG_IGN)
    with concurrent.futures.ProcessPoolExecutor(min(workers, len(tasks)), context, signal.signal, ignore) as pool:
        sent = {pool.submit(function, task): number for number, task in enumerate(tasks)}
        try:
            for one in concurrent.futures.as_completed(sent):
                yield sent[one], one.result()
        finally:
            for one in sent:
                one.cancel()
