"""What a report says, in the tongue of its reader: sentences of a catalogue, with the figures of the language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from sourcing import files
from sourcing.figures import JAPANESE, UNBROKEN_ENGLISH, Figures, Language
from sourcing.glossary import title

Tongue = Language
TONGUES: tuple[Tongue, ...] = get_args(Language)
FIGURES = MappingProxyType({"en": UNBROKEN_ENGLISH, "ja": JAPANESE})
CATALOGUES = Path(__file__).parent / "catalogue"


@dataclass(frozen=True)
class CatalogueWords:
    """A catalogue: `words("decide.sign", what="lynas")` is its sentence, filled in.

    tongue: language code. figures: how it writes numbers. phrases: sentence by dotted key.
    """

    tongue: Tongue
    figures: Figures
    phrases: Mapping[str, str]

    def __call__(self, key: str, **values: str) -> str:
        """A sentence. Raises KeyError when the catalogue does not know it."""
        return self.phrases[key].format(**values)

    def heading(self, column: str) -> str:
        """Heading of a column of a table, from the glossary."""
        return title(column, self.tongue)

    def name(self, kind: str, name: str) -> str:
        """A name of a file in this tongue: of a material, country, kind of cost; as it stands if it is not known."""
        known = self.phrases.get(f"{kind}.{name}")
        return known or (name.replace("-", " ") if kind == "material" else name)

    def listed(self, parts: Iterable[str]) -> str:
        """Names as a list in the language: A, B and C."""
        *first, last = parts
        return self("list", first=self("list.comma").join(first), last=last) if first else last


@cache
def words(tongue: Tongue) -> CatalogueWords:
    """The catalogue of a tongue. Raises ScenarioError when its file cannot be read."""
    written = files.read(CATALOGUES / f"{tongue}.yaml").value
    return CatalogueWords(tongue, FIGURES[tongue], dict(_flat(written)))


def _flat(part: Mapping[str, object], above: str = "") -> Iterable[tuple[str, str]]:
    """Sentences by dotted key; what stands under `_` belongs to the name above it."""
    for key, value in part.items():
        name = above if key == "_" else f"{above}.{key}" if above else str(key)
        if isinstance(value, Mapping):
            yield from _flat(value, name)
        else:
            yield name, str(value)
