"""The only door for files: YAML and tables in, plain values out, with the place where each was written."""

from sourcing.documents.assignments import assigned, inline, override
from sourcing.documents.document import CHANGED, Document, dotted
from sourcing.documents.loading import load, placed
from sourcing.documents.merging import amend, is_value
from sourcing.documents.reader import read
from sourcing.documents.tables import TABLES

__all__ = [
    "CHANGED",
    "TABLES",
    "Document",
    "amend",
    "assigned",
    "dotted",
    "inline",
    "is_value",
    "load",
    "override",
    "placed",
    "read",
]
