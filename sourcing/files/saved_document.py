"""A document as JSON, for a saved plan: what it says and how far down its files each key was stated, not where."""

import json
from typing import Any

from sourcing.files.document import Document


def to_json(document: Document) -> bytes:
    """What a document says, as UTF-8 JSON. Places and files are left out: the files may have changed since."""
    ranks = [[list(path), rank] for path, rank in document.ranks.items()]
    stated: dict[str, Any] = {"value": document.value, "ranks": ranks, "sized": document.sized}
    return (json.dumps(stated, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def from_json(data: bytes) -> Document:
    """The document of such JSON. Raises ValueError, TypeError or KeyError where it is none."""
    stated = json.loads(data)
    ranks = {tuple(path): int(rank) for path, rank in stated["ranks"]}
    if not isinstance(stated["value"], dict):
        raise ValueError("a document is a mapping")
    return Document(stated["value"], {}, (), ranks, stated["sized"])
