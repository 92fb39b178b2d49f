"""What generates futures: a chain of regimes, licences, fluctuations of prices and needs, and how many to draw."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from sourcing.scenario.language.base import Date, Duration, Names, ScenarioPart, Share, ShareRate, wrong
from sourcing.scenario.language.restrictions import ChangeSpec, RestrictionSpec


class StateSpec(ScenarioPart):
    """A regime of the chain: what holds while the chain is in it."""

    title: str = ""
    restrictions: dict[str, RestrictionSpec | None] = Field(
        {}, description="Merged by name over the restrictions of the file while the state lasts; null lifts one."
    )
    regimes: Names = Field((), description="Regimes of data/regimes.yaml pulled in; the state says when they hold.")
    changes: dict[str, ChangeSpec | None] = {}
    stay: Duration | None = Field(None, description="Shortest time in it.")
    note: str = ""


class DecisionSpec(ScenarioPart):
    """A scheduled date on which somebody decides, such as the end of a suspension."""

    date: Date = Field(description="Last day of what was; the outcome holds from the next.")
    outcomes: dict[str, dict[str, Share]] = Field(
        min_length=1, description="Probability of the next state, by the state that it finds."
    )
    row: str | None = None
    note: str = ""


def _or_a_name(schema: dict[str, Any]) -> None:
    """In the schema a name may stand for the mapping."""
    mapping = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string"}, mapping]


class ChainSpec(ScenarioPart):
    """A Markov chain over regimes."""

    states: dict[str, StateSpec] = Field(min_length=1)
    initial: dict[str, Share] = Field(
        description="Probability of each state when the plan begins; a name: certain.", json_schema_extra=_or_a_name
    )
    since: Date | None = Field(None, description="When the first state began; default: with the plan.")
    transitions: dict[str, dict[str, ShareRate]] = Field({}, description="From, to: probability [1 / month].")
    decisions: dict[str, DecisionSpec] = {}
    author: str = Field("", description="Whose probabilities they are.")
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, value: Any) -> Any:
        """`initial: halt` means that it is certain."""
        if isinstance(value, dict) and isinstance(value.get("initial"), str):
            return {**value, "initial": {value["initial"]: 1}}
        return value


class SampleSpec(ScenarioPart):
    """How many futures are drawn, and how many are kept: `keep`, or what `nodes` or `tolerance` allow."""

    count: Annotated[int, Field(ge=1, le=5000)] = Field(500, description="Futures drawn.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(1, description="The same seed draws the same futures.")
    keep: Annotated[int, Field(ge=1, le=1000)] | None = Field(None, description="Futures kept.")
    nodes: Annotated[int, Field(ge=1, le=100000)] | None = Field(None, description="Most nodes of the tree.")
    tolerance: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="Distance left, as a share of that which a single future leaves."
    )

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        stated = [name for name in ("keep", "nodes", "tolerance") if getattr(self, name) is not None]
        if len(stated) != 1:
            raise wrong(f"{' and '.join(stated) or 'nothing'} says how many futures are kept", "give one: keep: 40")
        return self
