"""python -m sourcing, and the command `sourcing`: the process around the command line."""

import importlib
import os
import sys

from sourcing.interrupts import leave, leave_at_once


def main() -> None:
    """Run the command line. Ctrl-C is exit code 130 from here on; see `sourcing.cli.main` for the others."""
    leave_at_once()
    _open_streams()
    if sys.getfilesystemencoding() == "ascii":  # arguments and names of files in Japanese would be refused
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
    try:
        importlib.import_module("sourcing.cli").main()
    except KeyboardInterrupt:
        leave()
    finally:
        leave_at_once()


def _open_streams() -> None:
    """Closed descriptors lead nowhere: else the next file to be opened takes their number, and what is printed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free


if __name__ == "__main__":
    main()
