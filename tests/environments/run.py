"""Plans of all examples and of random small scenarios, as JSON: to be set beside those of another release of HiGHS.

    python tests/environments/run.py FOLDER            # the plans, with the packages of this environment
    python tests/environments/run.py FOLDER OTHER      # and where they differ from those in the folder OTHER

Ends with code 1 where a table differs by more than a millionth at gap 1e-7, or a decision of now at the default gap.
`.ci/more long` does so with both releases that pyproject.toml allows.
"""

import importlib.metadata
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sourcing

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.independent.generator import scenario  # noqa: E402  the tests are not installed

SEEDS = range(9000, 9040)
EXACT, DEFAULT = 1e-7, 1e-4
SLOW = ("japan_regimes", "united_states_magnets", "cobalt_and_nickel")
"""At a gap of 1e-7 a minute each and more: these are compared at the default gap alone."""
NOW = ("contracts", "qualifications", "orders")
NEAR = 1e-6  # relative, and of a unit
LOOSE = {
    "manifest",
    "questions",
    "bound",
    "gap",
    "same_in_cases",
}  # of the run, of the data, or of the proof: not of the plan


def cases() -> Iterator[tuple[str, Any, float]]:
    """Name, source and gap of each plan."""
    for path in sorted((ROOT / "examples").glob("*.yaml")):
        yield f"{path.stem}, default gap", path, DEFAULT
        if path.stem not in SLOW:
            yield path.stem, path, EXACT
    for seed in SEEDS:
        yield f"random {seed}", scenario(seed), EXACT


def plans(folder: Path) -> None:
    """Solve all and write each as JSON; one that has no plan as what is said of it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, source, gap in cases():
        try:
            text = sourcing.solve(source, gap=gap).to_json()
        except sourcing.SourcingError as error:
            text = json.dumps({"error": str(error)})
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def differences(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Where two plans differ by more than a millionth, in words, numbers or their number."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            if key not in LOOSE:
                yield from differences(one.get(key), other.get(key), f"{place}.{key}" if place else str(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{place}[{number}]")
    elif isinstance(one, int | float) and isinstance(other, int | float):
        if abs(one - other) > NEAR * max(abs(one), abs(other), 1.0):
            yield f"{place}: {one!r} and {other!r}"
    elif one != other:
        yield f"{place}: {one!r} and {other!r}"


def decided_now(plan: dict[str, Any]) -> dict[str, Any]:
    """What is decided now: contracts, qualifications that begin with the plan, and orders of its first period."""
    first = min((row["period"] for row in plan.get("stockpile", [])), default="")
    return {
        "error": plan.get("error"),
        "contracts": [(row["contract"], row["decision"], row["volume"]) for row in plan.get("contracts", [])],
        "qualifications": [row["offer"] for row in plan.get("qualifications", []) if row["start"] == first],
        "orders": [
            (row["offer"], row["site"], row["how"], row["future"], row["quantity"])
            for row in plan.get("orders", [])
            if row["period"] == first
        ],
    }


def compare(folder: Path, other: Path) -> int:
    """How many plans differ; each is told with its first differences."""
    wrong = 0
    for name, _, gap in cases():
        texts = ((where / f"{name}.json").read_text(encoding="utf-8") for where in (folder, other))
        one, two = (json.loads(text) for text in texts)
        if gap == DEFAULT:
            one, two = decided_now(one), decided_now(two)
        found = list(differences(one, two))
        wrong += bool(found)
        if found:
            print(f"{name}: {len(found)} numbers or words differ, first {'; '.join(found[:3])}")
    return wrong


def main() -> int:
    folder, *others = map(Path, sys.argv[1:])
    print(f"HiGHS {importlib.metadata.version('highspy')}: {len(list(cases()))} plans")
    plans(folder)
    if not others:
        return 0
    wrong = compare(folder, others[0])
    print(f"{wrong} plans differ")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
