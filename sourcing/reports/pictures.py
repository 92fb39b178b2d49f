"""Charts as pictures, drawn without a browser, with the fonts that carry Japanese."""

from functools import cache
from pathlib import Path

import noto_cjk_sans_jp_bold
import noto_cjk_sans_jp_regular
import vl_convert

from sourcing.reports.content import Panel

SMALL, WIDE = 300, 620  # points of width: one of several panels, a panel by itself


def fonts() -> tuple[Path, ...]:
    """Folders of the fonts."""
    return tuple(Path(str(package.__file__)).parent for package in (noto_cjk_sans_jp_regular, noto_cjk_sans_jp_bold))


def svg(panel: Panel, alone: bool) -> str:
    """A panel as SVG, text as text."""
    _ready()
    return str(vl_convert.vegalite_to_svg(_sized(panel, alone)))


def png(panel: Panel, alone: bool) -> bytes:
    """A panel as PNG, at twice its size."""
    _ready()
    return bytes(vl_convert.vegalite_to_png(_sized(panel, alone), scale=2))


def _sized(panel: Panel, alone: bool) -> dict[str, object]:
    """The chart with a width of its own, on white."""
    return {**panel.spec, "width": WIDE if alone else SMALL, "background": "white"}


@cache
def _ready() -> None:
    for folder in fonts():
        vl_convert.register_font_directory(str(folder))
