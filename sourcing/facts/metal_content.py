"""How much metal is in a kilogram: of an oxide by stoichiometry, with the row of data/ or the weights it comes from."""

from dataclasses import dataclass

from sourcing.facts import datasets

OXYGEN = 15.999

# Oxide as traded: symbol, its atomic weight (IUPAC, abridged 2021), atoms of it, atoms of oxygen.
_OXIDES = {
    "lanthanum": ("La", 138.905, 2, 3),
    "cerium": ("Ce", 140.116, 1, 2),
    "praseodymium": ("Pr", 140.908, 6, 11),
    "neodymium": ("Nd", 144.242, 2, 3),
    "samarium": ("Sm", 150.36, 2, 3),
    "europium": ("Eu", 151.964, 2, 3),
    "gadolinium": ("Gd", 157.249, 2, 3),
    "terbium": ("Tb", 158.925, 4, 7),
    "dysprosium": ("Dy", 162.500, 2, 3),
    "holmium": ("Ho", 164.930, 2, 3),
    "erbium": ("Er", 167.259, 2, 3),
    "ytterbium": ("Yb", 173.045, 2, 3),
    "lutetium": ("Lu", 174.967, 2, 3),
    "yttrium": ("Y", 88.906, 2, 3),
    "scandium": ("Sc", 44.956, 2, 3),
    "germanium": ("Ge", 72.630, 1, 2),
    "gallium": ("Ga", 69.723, 2, 3),
    "antimony": ("Sb", 121.760, 2, 3),
    "tungsten": ("W", 183.84, 1, 3),
}
_NDPR = 0.75  # share of Nd2O3 in didymium oxide, as in the form Nd75Pr25 of data/prices.csv


@dataclass(frozen=True)
class MetalContent:
    """What a kilogram of oxide contains.

    metal: kg of metal in 1 kg of oxide. oxide: its formula. symbol: of the metal. source: a row, or how it is computed.
    """

    metal: float
    oxide: str
    symbol: str
    source: str


def content(material: str) -> MetalContent | None:
    """Content of the oxide of a material such as dysprosium-oxide, dysprosium-metal, tungsten; None: not known."""
    element = material.partition("-")[0].casefold()
    if element == "ndpr":
        neodymium, praseodymium = content("neodymium"), content("praseodymium")
        assert neodymium
        assert praseodymium
        metal = _NDPR * neodymium.metal + (1 - _NDPR) * praseodymium.metal
        source = f"{_NDPR:.0%} Nd2O3 by {neodymium.source}, the rest Pr6O11 by {praseodymium.source}"
        return MetalContent(metal, "NdPr oxide", "NdPr", source)
    if element not in _OXIDES:
        return None
    symbol, weight, atoms, oxygen = _OXIDES[element]
    oxide = f"{symbol}{atoms if atoms > 1 else ''}O{oxygen}"
    frame = datasets.read("composition")
    rows = frame[frame["item"] == f"oxide to metal {oxide}"]
    if len(rows):
        return MetalContent(float(rows["value"].iloc[0]), oxide, symbol, f"composition/{rows['id'].iloc[0]}")
    metal = atoms * weight / (atoms * weight + oxygen * OXYGEN)
    return MetalContent(metal, oxide, symbol, f"atomic weights {symbol} {weight:g}, O {OXYGEN:g}")
