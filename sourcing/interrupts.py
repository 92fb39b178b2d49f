"""Ctrl-C while there is nothing to keep: before a command runs, when its answer is written."""

import os
import signal

INTERRUPTED = 130  # the exit code: 128 + the number of the signal


def leave(number: int = signal.SIGINT, frame: object = None) -> None:
    """End the process at once, with a word."""
    try:
        os.write(2, b"interrupted\n")
    finally:
        os._exit(INTERRUPTED)


def leave_at_once() -> None:
    """From now on Ctrl-C is `leave`, which nothing that is being loaded or ended can swallow; unless it is ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, leave)


def raise_again() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt, as Python has it, so that commands keep what they have."""
    if signal.getsignal(signal.SIGINT) is leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)
