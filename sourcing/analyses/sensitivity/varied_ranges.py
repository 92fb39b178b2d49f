"""What is varied: "futures.'full ban'.probability=0:0.6:25" and the points it stands for."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from sourcing import files
from sourcing.errors import Problem, ScenarioError
from sourcing.files import dotted

_NUMBER = r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*:\s*({_NUMBER})(?:\s*:\s*([0-9]+))?\s*(.*?)\s*")
MOST_POINTS = 100_000


@dataclass(frozen=True)
class VariedRange:
    """One thing that is varied: its path as it is written in `--set`, its values, and their unit (may be empty).

    low and high: for samples; equal to the first and last value.
    """

    path: str
    values: tuple[float, ...]
    unit: str

    @property
    def low(self) -> float:
        """The lowest value that is tried, in `unit`."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The highest value that is tried, in `unit`."""
        return max(self.values)

    def assignment(self, value: float) -> str:
        """The assignment of a value to the path, as `--set` takes it."""
        return f"{self.path}={_written(value)} {self.unit}".rstrip()


def ranges(vary: Sequence[str]) -> tuple[VariedRange, ...]:
    """What each `--vary` says: PATH=LOW:HIGH:COUNT UNIT, or PATH=VALUE, VALUE, ... UNIT. Raises ScenarioError."""
    varied = tuple(_range(text) for text in vary)
    if not varied:
        raise ScenarioError((_problem("", "nothing is varied", "name at least one PATH=LOW:HIGH:COUNT"),))
    twice = [one.path for number, one in enumerate(varied) if one.path in [other.path for other in varied[:number]]]
    if twice:
        raise ScenarioError((_problem(twice[0], "is varied twice", "name each path once"),))
    return varied


def _range(text: str) -> VariedRange:
    keys, value = files.assigned(text)
    path = text[: len(text) - len(value)].rstrip().removesuffix("=").strip()
    if match := _RANGE.fullmatch(value):
        low, high, count, unit = float(match[1]), float(match[2]), int(match[3] or 11), match[4]
        if not 2 <= count <= MOST_POINTS:
            raise ScenarioError((_problem(dotted(keys), f"{count} points", f"ask for 2 to {MOST_POINTS}"),))
        return VariedRange(path, tuple(float(number) for number in np.linspace(low, high, count)), unit)
    parts = [part.strip() for part in value.split(",")]
    numbers = [re.fullmatch(rf"({_NUMBER})\s*(.*)", part) for part in parts]
    if not all(numbers):
        cure = "write LOW:HIGH:COUNT, or values with commas between, and the unit behind"
        raise ScenarioError((_problem(dotted(keys), f"'{value.strip()}' is no range of numbers", cure),))
    unit = next((match[2] for match in reversed(numbers) if match and match[2]), "")
    return VariedRange(path, tuple(float(match[1]) for match in numbers if match), unit)


def grid(varied: Sequence[VariedRange]) -> list[tuple[float, ...]]:
    """All combinations of the values, each next to the one before it: the last range goes to and fro."""
    points: list[tuple[float, ...]] = [()]
    for one in varied:
        directions = itertools.cycle((one.values, one.values[::-1]))
        points = [(*point, value) for point, values in zip(points, directions, strict=False) for value in values]
    if len(points) > MOST_POINTS:
        raise ScenarioError((_problem("", f"{len(points)} points", f"ask for at most {MOST_POINTS}"),))
    return points


def spread(varied: Sequence[VariedRange], count: int, seed: int) -> list[tuple[float, ...]]:
    """Points spread evenly between low and high of each: scrambled Sobol points of an explicit seed, in order of the
    first. Owen (1998); scipy.stats.qmc."""
    unit = scipy.stats.qmc.Sobol(len(varied), seed=seed).random(count)
    low, high = np.array([one.low for one in varied]), np.array([one.high for one in varied])
    return sorted(tuple(float(number) for number in point) for point in low + unit * (high - low))


def _written(value: float) -> str:
    return f"{value:.12g}"


def _problem(path: str, cause: str, cure: str) -> Problem:
    return Problem(None, path or "--vary", cause, cure)
