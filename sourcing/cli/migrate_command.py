"""sourcing migrate: rewrite a scenario file of an earlier version, where keys are called otherwise now."""

from pathlib import Path

import click

from sourcing import durable, files
from sourcing.cli.streams import mention
from sourcing.outcome.plan_folder import unwritable


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print what would change, and write nothing.")
def command(file: Path, dry_run: bool) -> None:
    """Rewrite a scenario file of an earlier version: keys that are called otherwise now, models that moved.

    Comments and layout stay as they are. What was changed is printed line by line; where it cannot be known what is
    meant, nothing is written. Files that it extends are files of their own.
    """
    done = files.migrate_file(file)
    if done.changes and not dry_run:
        try:
            durable.write(file, done.text.encode())
        except OSError as error:
            raise unwritable(file, error.strerror) from None
    told = click.echo if dry_run else mention
    for line in done.changes:
        told(line)
    if not done.changes:
        told(f"{file}: nothing is called otherwise now")
