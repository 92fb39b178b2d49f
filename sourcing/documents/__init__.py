"""The only door for files: YAML and tables in, plain values out, with the place where each was written."""

from sourcing.documents.assignments import assigned, inline, override
from sourcing.documents.document import CHANGED, Document, dotted
from sourcing.documents.files import shown
from sourcing.documents.loading import load, placed
from sourcing.documents.merging import amend, is_value
from sourcing.documents.migrating import Migrated, migrate_file, new_name
from sourcing.documents.reader import read
from sourcing.documents.tables import TABLES

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
