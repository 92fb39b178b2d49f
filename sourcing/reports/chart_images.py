"""Charts as pictures, drawn without a browser, with the fonts that carry Japanese."""

from functools import cache
from pathlib import Path

import noto_cjk_sans_jp_bold
import noto_cjk_sans_jp_regular
import pandas as pd
import vl_convert

from sourcing import durable
from sourcing.errors import Problem, ScenarioError
from sourcing.reports import charts
from sourcing.reports.catalogue_words import Tongue, words
from sourcing.reports.report_model import Panel

PICTURES = (".svg", ".png")
SMALL, WIDE = 300, 620  # points of width: one of several panels, a panel by itself


def fonts() -> tuple[Path, ...]:
    """Folders in which the Japanese fonts of charts and PDF files lie."""
    return tuple(Path(str(package.__file__)).parent for package in (noto_cjk_sans_jp_regular, noto_cjk_sans_jp_bold))


def svg(panel: Panel, alone: bool) -> str:
    """A panel as SVG, text as text."""
    _ready()
    return str(vl_convert.vegalite_to_svg(_sized(panel, alone)))


def png(panel: Panel, alone: bool) -> bytes:
    """A panel as PNG, at twice its size."""
    _ready()
    return bytes(vl_convert.vegalite_to_png(_sized(panel, alone), scale=2))


def tree_picture(frame: pd.DataFrame, path: str | Path, tongue: Tongue = "en") -> Path:
    """Draw a tree (as Findings.tree) into an .svg or .png file. Raises ScenarioError for another ending, or where it
    cannot be written."""
    target, (panel,) = check_picture(path), charts.tree(frame, words(tongue)).panels
    made = png(panel, True) if target.suffix.lower() == ".png" else svg(panel, True).encode()
    try:
        durable.write(target, made)
    except OSError as error:
        raise _unfit(path, f"cannot be written ({error.strerror})", "name a file you may write") from None
    return target


def check_picture(path: str | Path) -> Path:
    """The path, if its ending is one of a picture. Raises ScenarioError."""
    target = Path(path)
    if target.suffix.lower() not in PICTURES:
        raise _unfit(path, f"'{target.suffix}' is no form of a picture", f"end its name in {' or '.join(PICTURES)}")
    return target


def _unfit(path: str | Path, cause: str, cure: str) -> ScenarioError:
    return ScenarioError((Problem(None, str(path), cause, cure),))


def _sized(panel: Panel, alone: bool) -> dict[str, object]:
    """The chart with a width of its own, on white."""
    return {**panel.spec, "width": WIDE if alone else SMALL, "background": "white"}


@cache
def _ready() -> None:
    for folder in fonts():
        vl_convert.register_font_directory(str(folder))
