"""Python's collection of garbage, put off while much is built and nothing is thrown away."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def put_off() -> Iterator[None]:
    """Build without the search for objects that only refer to each other, which would look through all of a long file
    many times; also a decorator. What was searched for before is searched for afterwards.

    >>> with put_off():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()
