"""stdout belongs to the answer: what a library prints there by itself leads nowhere."""

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from functools import cache

STDOUT = 1  # the file descriptor that libraries print to, whatever sys.stdout is


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """File descriptor 1 leads nowhere meanwhile, then to where it led before, whatever is raised.

    What Python and C have in their buffers is written where it was meant to go. A closed descriptor is closed again.
    It holds for all threads of the process: for moments only.
    """
    _flush()
    try:
        before = os.dup(STDOUT)
    except OSError:
        before = None  # closed
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != STDOUT:  # as it is where 1 is the lowest that is free
            os.dup2(nowhere, STDOUT)
            os.close(nowhere)
        yield
    finally:
        _flush()
        if before is None:
            os.close(STDOUT)
        else:
            os.dup2(before, STDOUT)
            os.close(before)


def _flush() -> None:
    """Write what the buffers of Python and C hold for stdout."""
    if sys.stdout is not None:
        with contextlib.suppress(OSError, ValueError):  # closed, or nobody reads it: whoever writes next is told
            sys.stdout.flush()
    c = _c_library()
    if c is not None:
        c[0].fflush(c[1])


@cache
def _c_library() -> tuple[ctypes.CDLL, ctypes.c_void_p] | None:
    """The C library and its stdout; None where they are not to be had under their usual names.

    Only stdout is flushed: flushing all streams waits for every thread that reads stdin.
    """
    try:
        if sys.platform == "win32":
            library = ctypes.CDLL("ucrtbase")
            stream = library.__acrt_iob_func
            stream.restype = ctypes.c_void_p
            return library, ctypes.c_void_p(stream(STDOUT))
        library = ctypes.CDLL(None)
        name = "__stdoutp" if sys.platform == "darwin" else "stdout"
        return library, ctypes.c_void_p.in_dll(library, name)
    except (OSError, AttributeError, ValueError):
        return None
