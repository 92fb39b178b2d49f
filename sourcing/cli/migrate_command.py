"""sourcing migrate."""

from pathlib import Path

import click

from sourcing import documents, durable
from sourcing.plan.store import unwritable


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print what would change, and write nothing.")
def command(file: Path, dry_run: bool) -> None:
    """Rewrite a scenario file of an earlier version: keys that are called otherwise now, models that moved.

    Comments and layout stay as they are. What was changed is printed line by line; where it cannot be known what is
    meant, nothing is written. Files that it extends are files of their own.
    """
    done = documents.migrate_file(file)
    for line in done.changes:
        click.echo(line)
    if not done.changes:
        click.echo(f"{file}: nothing is called otherwise now")
    elif not dry_run:
        try:
            durable.write(file, done.text.encode())
        except OSError as error:
            raise unwritable(file, error.strerror) from None
