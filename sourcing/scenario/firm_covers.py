"""A firm cover is firm: a `release` that is only inherited does not free it."""

from sourcing.files import Document
from sourcing.scenario.language.remark import Remark
from sourcing.scenario.language.scenario import Scenario


def firm_covers(scenario: Scenario, document: Document) -> Scenario:
    """The scenario without the releases that are inherited from above the file that states a cover to be `firm`, with a
    caveat for each. A release stated beside `firm`, or below it, is obeyed: the cover is firm while it does not hold.
    """
    stocks, said = dict(scenario.stock), dict[str, Remark]()
    for name, stock in scenario.stock.items():
        cover, path = stock.cover, ("stock", name, "cover")
        if cover is None or not cover.firm or cover.release is None:
            continue
        firm, release = (*path, "firm"), (*path, "release")
        if document.rank(release) >= document.rank(firm):
            continue
        stocks[name] = stock.model_copy(update={"cover": cover.model_copy(update={"release": None})})
        text = (
            f"firm in every period, as {document.place(firm)} states; the release for {{{cover.release}}} that is "
            f"inherited from {document.place(release)} does not free it; to keep it, state release beside firm"
        )
        said[f"cover of stock {name}"] = Remark(text=text, about=(stock.material,))
    return scenario.model_copy(update={"stock": stocks, "caveats": {**said, **scenario.caveats}}) if said else scenario
