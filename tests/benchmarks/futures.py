"""Many futures: subtrees beside the extensive form: `python tests/benchmarks/futures.py [FUTURES] [MORE]`.

A fan and a tree of regimes of the Japanese model, 24 months, gap 1e-4. CPU seconds of the solve alone, each way in a
process of its own; a gap of 1 is none: time was out.
"""

import sys

from run import task

WAYS = ("simplex", "ipx", "ipx-without-crossover", "ipm")
PATIENT = 240  # seconds on the clock for each way of the extensive form
SEEDS = (1, 2, 3)  # of the fan, for what is asked
ASKED = 5.0  # times less CPU than the best run of the extensive form at the same gap
LINEAR = 12.0  # times the seconds for ten times the futures


def line(what: str, found: dict[str, float] | None, beside: float | None = None) -> None:
    """One way, and how many times another it took."""
    if found is None:
        return
    ratio = f"{found['seconds'] / beside:8.1f}" if beside else ""
    print(
        f"{what:44} {found['nonzeros'] / 1e6:8.2f} {found['seconds']:9.1f} {found['gap']:9.1e} "
        f"{found['megabytes']:7.0f} {ratio}",
        flush=True,
    )


def compared(kind: str, futures: int) -> None:
    """Subtrees beside every way of the extensive form."""
    ours = task("cut", kind, futures)
    line(f"{kind} {futures}: subtrees, whole numbers", ours)
    if ours is None:
        return
    relaxed = task("cut", kind, futures, "relaxed")
    line(f"{kind} {futures}: subtrees, relaxed", relaxed)
    for way in WAYS:
        line(
            f"  extensive, relaxed, {way}",
            task("extensive", kind, futures, way, PATIENT),
            relaxed and relaxed["seconds"],
        )
    line("  extensive, whole numbers", task("extensive", kind, futures, "whole", PATIENT), ours["seconds"])


def asked(futures: int) -> None:
    """The relaxed fan beside simplex, the best way of the extensive form, one right after the other."""
    ratios = []
    for seed in SEEDS:
        ours = task("cut", "fan", futures, "relaxed", seed)
        theirs = task("extensive", "fan", futures, WAYS[0], 2 * PATIENT, seed)
        line(f"fan {futures}, seed {seed}: subtrees, relaxed", ours)
        line("  extensive, relaxed, simplex", theirs, ours and ours["seconds"])
        if ours and theirs:
            ratios.append(theirs["seconds"] / ours["seconds"])
    if ratios:
        verdict = "met" if min(ratios) >= ASKED else "NOT MET"
        print(
            f"  times less CPU, the least of {len(ratios)}: {min(ratios):.1f}, asked {ASKED:g}: {verdict}", flush=True
        )


def main(few: int, many: int) -> None:
    """Print the table as it comes."""
    print(f"{'':44} {'million':>8} {'seconds':>9} {'gap':>9} {'MB':>7}    times", flush=True)
    asked(few)
    ours, more = task("cut", "fan", few), task("cut", "fan", many)
    if ours and more:
        line(f"fan {many}: subtrees, beside {few} (<= {LINEAR:g})", more, ours["seconds"])
    compared("fan", few)
    compared("markov", few)


if __name__ == "__main__":
    main(*(list(map(int, sys.argv[1:])) or [100, 1000]))
