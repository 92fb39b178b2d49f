"""Titles, symbols and units of every name, in English and Japanese: models/glossary.yaml."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sourcing import files, library

Kind = Literal["set", "decision", "selection", "datum", "constraint", "objective", "result"]
Language = Literal["en", "ja"]


class GlossaryEntry(BaseModel):
    """What a name means. symbol: LaTeX, as in models/formulation.md; index: names of the sets it runs over; unit:
    in words, `unit` for that of the material; title, title_ja: for headings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    symbol: str = ""
    index: tuple[str, ...] = ()
    unit: str = ""
    title: str
    title_ja: str


@cache
def glossary() -> Mapping[str, GlossaryEntry]:
    """Every name with its entry: components of the templates, then columns of result tables, in order of the file.

    Raises ScenarioError when the file is missing or cannot be read.
    """
    written = files.read(library.models() / "glossary.yaml").value
    components = {name: entry for name, entry in written.items() if name != "results"}
    results = {name: {"kind": "result", **entry} for name, entry in written["results"].items()}
    return MappingProxyType(
        {name: GlossaryEntry.model_validate(entry) for name, entry in (components | results).items()}
    )


def title(name: str, language: Language = "en") -> str:
    """Title of a name for a heading. Raises KeyError when the glossary does not know it.

    >>> title("stock_balance"), title("stock_balance", "ja")
    ('Stock balance', '在庫収支')
    """
    entry = glossary()[name]
    return entry.title_ja if language == "ja" else entry.title
