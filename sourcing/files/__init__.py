"""The only door for files: YAML and tables in, plain values out, with the place where each was written."""

from sourcing.files.assignments import assigned, inline, override
from sourcing.files.data_tables import TABLES
from sourcing.files.document import CHANGED, Document, dotted
from sourcing.files.file_bytes import shown
from sourcing.files.loading import load, placed
from sourcing.files.merging import amend, is_value
from sourcing.files.migrating import Migrated, migrate_file, new_name
from sourcing.files.yaml_reader import read

__all__ = [
    "CHANGED",
    "TABLES",
    "Document",
    "Migrated",
    "amend",
    "assigned",
    "dotted",
    "inline",
    "is_value",
    "load",
    "migrate_file",
    "new_name",
    "override",
    "placed",
    "read",
    "shown",
]
