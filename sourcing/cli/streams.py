"""stdout and stderr as a command meets them: closed, full, without a reader, in whatever encoding."""

import contextlib
import errno
import io
import os
import sys

import click

KEEPS = ("out", "save")  # options that keep the answer elsewhere too


class ClosedStream(io.TextIOBase):
    """In the place of a stdout that was closed when the process began: an answer that is kept elsewhere needs none."""

    def write(self, text: str) -> int:
        """Nothing is written. Raises OSError where the answer would be lost."""
        context = click.get_current_context(silent=True)
        if context is None or not any(context.params.get(name) for name in KEEPS):
            raise OSError(errno.EBADF, "stdout is closed")
        return len(text)


def prepare() -> None:
    """What goes to a file or a pipe is UTF-8; a terminal keeps its encoding, and gets escapes for what that lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    if sys.stdout is None:
        sys.stdout = ClosedStream()


def say(message: str, end: bool = True) -> None:
    """A line beside the answer, on stderr; lost where nobody reads it. end: of the line."""
    with contextlib.suppress(OSError):
        click.echo(message, nl=end, err=True)


def mention(message: str) -> None:
    """A line about an answer that stands in a file: lost where nobody reads it, as a reader that goes away."""
    try:
        click.echo(message)
    except OSError:
        abandon()


def abandon() -> None:
    """What could not be written leads nowhere from now on, so that the exit does not try it again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except AttributeError:
            continue  # there is none
