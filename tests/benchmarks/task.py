"""One measurement in a process of its own: `python tests/benchmarks/task.py NAME [ARGUMENTS]` prints it as JSON.

Seconds are CPU seconds, the least of several runs; megabytes are peaks of resident memory (Linux).
"""

import gc
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Numbers = dict[str, float]


def _runs(runs: int, *steps: Callable[[Any], Any]) -> list[list[float]]:
    """Seconds of each step of each run; a step gets what the step before gave."""
    found = []
    for _ in range(runs):
        seconds, value = [], None
        for step in steps:
            gc.collect()
            before = time.process_time()
            value = step(value)
            seconds.append(time.process_time() - before)
        found.append(seconds)
    return found


def _data(futures: int) -> Any:
    import instances

    import sourcing
    from sourcing.case import resolve
    from sourcing.futures.effects import tree_of
    from sourcing.model.node_data import nodes

    case = resolve(sourcing.load(instances.document(futures)))
    return nodes(case, tree_of(case))


def build(futures: str, runs: str) -> Numbers:
    """Node data -> formulation -> program -> HiGHS."""
    from sourcing.model import formulate
    from sourcing.solver.highs import Options, hand_over
    from sourcing.solver.stamp import stamp

    data = _data(int(futures))
    steps = (lambda _: formulate(data), stamp, lambda program: hand_over(program, Options()))
    found = _runs(int(runs), *steps)
    formulated, stamped, handed = min(found, key=sum)
    nonzeros = stamp(formulate(data)).matrix.nnz
    return {"nonzeros": nonzeros, "build": formulated + stamped, "hand_over": handed, "first": sum(found[0])}


def rival(futures: str, runs: str, name: str) -> Numbers:
    """The same program by a rival: pyomo-contrib, pyomo-appsi, linopy, or expand (ready-made, through Pyomo)."""
    import rivals

    from sourcing.model import formulate
    from sourcing.solver.expand import expand
    from sourcing.solver.stamp import stamp

    formulation = formulate(_data(int(futures)))
    program = stamp(formulation)
    kind, _, interface = name.partition("-")
    built, handed = {
        "pyomo": (lambda _: rivals.pyomo_rows(program), lambda model: rivals.pyomo_handed(model, interface)),
        "expand": (lambda _: expand(formulation), lambda model: rivals.pyomo_handed(model, "contrib")),
        "linopy": (lambda _: rivals.linopy_rows(program), rivals.linopy_handed),
    }[kind]
    last: list[Any] = []
    seconds = min(_runs(int(runs), built, lambda model: last.append(handed(model))), key=sum)
    assert last[-1].getNumNz() == program.matrix.nnz, "not the same program"
    return {"build": seconds[0], "hand_over": seconds[1]}


def vectorised(futures: str, runs: str) -> Numbers:
    """A part of the formulation from node data to HiGHS: ours, and linopy with whole arrays of xarray."""
    import warnings

    import numpy as np
    import rivals
    import vectorised as part

    from sourcing.solver.highs import Options, hand_over
    from sourcing.solver.stamp import stamp

    warnings.simplefilter("ignore")  # linopy announces what its next version will do
    data = part.narrowed(_data(int(futures)))
    formulation = part.ours(data)
    program, given = stamp(formulation), part.Given.of(formulation)
    last: list[Any] = []
    mine = _runs(int(runs), lambda _: stamp(part.ours(data)), lambda found: hand_over(found, Options()))
    theirs = _runs(
        int(runs), lambda _: part.linopys(data, given), lambda model: last.append(rivals.linopy_handed(model))
    )
    found = last[-1].getLp()
    same = found.num_row_ == len(program.row_lower) and found.num_col_ == len(program.cost)
    entries = (np.sort(np.abs(values)) for values in (np.array(found.a_matrix_.value_), program.matrix.data))
    assert same, "not the same program"
    assert np.allclose(*entries, rtol=1e-12), "not the same numbers"
    return {"nonzeros": program.matrix.nnz, "ours": sum(min(mine, key=sum)), "theirs": sum(min(theirs, key=sum))}


def solve(futures: str) -> Numbers:
    """From a scenario in memory to its plan, beside what HiGHS alone took of that."""
    import instances

    import sourcing

    scenario = instances.decided_now(int(futures))
    before = time.process_time()
    plan = sourcing.solve(scenario, gap=0.01)
    seconds = time.process_time() - before
    return {"nonzeros": plan.manifest.nonzeros, "solve": seconds, "highs": plan.manifest.seconds}


def sweep(points: str, vary: str) -> Numbers:
    """Points of a sweep of the Japanese example beside as many solves of their own in this process, warm caches."""
    import sourcing

    example = Path(__file__).parents[2] / "examples" / "japan_heavy_rare_earths.yaml"
    solve, swept = sourcing.solve, sourcing.sweep  # imports what they need
    solve(example)
    alone = min(_runs(3, lambda _: solve(example)))[0]
    swept(example, [vary.replace("COUNT", "2")])
    (along,) = _runs(1, lambda _: swept(example, [vary.replace("COUNT", points)]))[0]
    return {"along": along, "alone": alone * int(points)}


def read(runs: str) -> Numbers:
    """Reading, checking and resolving the shipped model; imports not counted. First time, and once warm."""
    import sourcing
    from sourcing.case import resolve

    load = sourcing.load  # imports what it needs
    shipped = {"title": "shipped", "extends": "japan"}
    found = _runs(int(runs), lambda _: resolve(load(shipped)))
    return {"first": found[0][0], "warm": min(found)[0]}


# Many futures ---------------------------------------------------------------------------------------------------------


def _stated(kind: str, futures: str, seed: str = "1") -> Any:
    import instances

    import sourcing
    from sourcing.case import resolve
    from sourcing.pipeline.plan_scenario import state

    made = {"fan": instances.document, "markov": instances.markov}[kind](int(futures), int(seed))
    return state(resolve(sourcing.load(made)))


def _numbers(stated: Any, seconds: float, gap: float) -> Numbers:
    return {
        "nonzeros": stated.program.matrix.nnz,
        "seconds": seconds,
        "gap": gap if gap < 1 else 1.0,
        "megabytes": _resident("VmHWM"),
    }


def cut(kind: str, futures: str, relaxed: str = "", seed: str = "1") -> Numbers:
    """Parts and subtrees, to a gap of 1e-4."""
    from dataclasses import replace

    import numpy as np

    from sourcing.solver.highs import Options
    from sourcing.solver.solver import solve

    stated = _stated(kind, futures, seed)
    program = stated.program
    if relaxed:
        program = replace(program, integer=np.zeros_like(program.integer))
    before = time.process_time()
    found = solve(stated.formulation, program, Options(strategy="lshaped"))
    return _numbers(stated, time.process_time() - before, found.gap)


def extensive(kind: str, futures: str, way: str, limit: str, seed: str = "1") -> Numbers:
    """The program as one: relaxed by a method of HiGHS to 1e-4 where it can stop there, or with whole numbers."""
    from dataclasses import replace

    import numpy as np

    from sourcing.solver.highs import Options, hand_over, run
    from sourcing.solver.solver import solve

    stated, options = _stated(kind, futures, seed), Options(time_limit=float(limit), strategy="extensive")
    before = time.process_time()
    if way == "whole":
        found = solve(stated.formulation, stated.program, options)
        return _numbers(stated, time.process_time() - before, found.gap)
    highs = hand_over(replace(stated.program, integer=np.zeros_like(stated.program.integer)), options)
    method, _, without = way.partition("-")
    highs.setOptionValue("solver", method)
    if without:
        highs.setOptionValue("run_crossover", "off")
        highs.setOptionValue("ipm_optimality_tolerance", 1e-4)
    ended = run(highs, False)
    return _numbers(stated, time.process_time() - before, 0.0 if ended.status == "optimal" else 1.0)


# Memory ---------------------------------------------------------------------------------------------------------------


def _resident(word: str) -> float:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{word}:"))


def _start() -> float:
    """Memory now, and from here on the peak counts anew."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", "utf-8")
    return _resident("VmRSS")


def memory(futures: str, arrays: str) -> Numbers:
    """What building and handing over adds at its peak; leaves the arrays for `memory_alone`."""
    import numpy as np
    import pyomo.environ as pyo

    from sourcing.model import formulate
    from sourcing.solver.highs import Options, hand_over
    from sourcing.solver.stamp import stamp

    pyo.ConcreteModel().x = pyo.Var()
    data = _data(int(futures))
    before = _start()
    program = stamp(formulate(data))
    built = _resident("VmHWM") - before
    highs = hand_over(program, Options())
    handed = _resident("VmHWM") - before
    assert highs.getNumNz() == program.matrix.nnz
    names = ("cost", "column_lower", "column_upper", "row_lower", "row_upper")
    matrix = {name: getattr(program.matrix, name) for name in ("indptr", "indices", "data")}
    whole = program.integer.astype(np.int32)
    np.savez(arrays, **matrix, whole=whole, **{name: getattr(program, name) for name in names})
    return {"built": built, "handed_over": handed, "nonzeros": program.matrix.nnz}


def memory_alone(arrays: str) -> Numbers:
    """What highspy adds at its peak: loading the arrays and passing them."""
    import highspy
    import numpy as np

    highspy.Highs()
    before = _start()
    with np.load(arrays) as stored:
        part = {name: stored[name] for name in stored.files}
    loaded = _resident("VmHWM") - before
    highs, size = highspy.Highs(), (len(part["cost"]), len(part["row_lower"]), len(part["data"]))
    bounds = [part[name] for name in ("cost", "column_lower", "column_upper", "row_lower", "row_upper")]
    start, index = part["indptr"].astype(np.int32), part["indices"].astype(np.int32)
    highs.passModel(*size, 1, 1, 0.0, *bounds, start, index, part["data"], part["whole"])
    assert highs.getNumNz() == size[2]
    return {"arrays": loaded, "alone": _resident("VmHWM") - before}


if __name__ == "__main__":
    importlib.import_module("sourcing")
    print("\n" + json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
