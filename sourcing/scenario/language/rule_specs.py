"""What the importer will not accept."""

from typing import Literal

from pydantic import Field

from sourcing.scenario.language.base import MassOrRate, Money, ScenarioPart, Selection, Share


class EachSpec(ScenarioPart):
    """One rule for every value of a key."""

    each: Literal["origin", "supplier", "material", "site"]


class ShareRule(ScenarioPart):
    """A cap or floor on a share of purchases."""

    of: Selection | EachSpec
    within: Selection | None = Field(None, description="The whole; default everything.")
    each: Literal["material", "site"] | None = Field(None, description="One rule per material or per site.")
    basis: Literal["arrivals", "spend"] = "arrivals"
    over: Literal["horizon", "year", "period"] = "horizon"
    at_most: Share | None = None
    at_least: Share | None = None


class CountRule(ScenarioPart):
    """A number of suppliers in use: with a real share of what arrives, or ordered from at all."""

    of: Selection
    each: Literal["material"] | None = Field(None, description="One rule per material.")
    over: Literal["horizon", "year", "period"] = "horizon"
    at_least: int | None = Field(None, ge=1, description="So many suppliers bring a share of each_at_least.")
    each_at_least: Share | None = Field(
        None, description="Share of what arrives from all suppliers of the rule, from which one counts for at_least."
    )
    at_most: int | None = Field(None, ge=0, description="Orders go to so many suppliers, however little each gets.")


class BudgetRule(ScenarioPart):
    """A limit on what is paid in cash: orders, order costs, freight, duty, qualification, signing, take-or-pay."""

    of: Selection | None = Field(None, description="Whose bills; default everything, storage included.")
    over: Literal["horizon", "year", "period"] = "year"
    at_most: Money


class VolumeRule(ScenarioPart):
    """A limit on what arrives."""

    of: Selection
    over: Literal["horizon", "year", "period"] = "period"
    at_most: MassOrRate | None = None
    at_least: MassOrRate | None = None


class Rule(ScenarioPart):
    """Exactly one of share, count, budget, volume."""

    share: ShareRule | None = None
    count: CountRule | None = None
    budget: BudgetRule | None = None
    volume: VolumeRule | None = None
    note: str = ""
