"""Subtrees on Dask and on MPI beside this process: `python tests/benchmarks/elsewhere.py [FUTURES]`.

Needs the extra `distributed`. Wall-clock seconds; on one machine, where data go through sockets, nothing is gained:
this shows that the same comes out, cost and bound, and what sending costs.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import instances
from distributed import Client, LocalCluster
from mpi4py.futures import MPIPoolExecutor

import sourcing

ENGINES = ("this process", "dask, threads", "dask, processes", "mpi")
WORKERS = 2
NEAR = 1e-9  # relative: the same subtrees from other bases


@contextmanager
def engine(name: str) -> Iterator[Any]:
    """An executor by its name."""
    if name == "this process":
        yield None
    elif name == "mpi":
        with MPIPoolExecutor() as pool:
            yield pool
    else:
        apart = name == "dask, processes"
        cluster = LocalCluster(WORKERS, threads_per_worker=1, processes=apart, dashboard_address=None)
        with cluster, Client(cluster) as client:
            yield client.get_executor()


def one(name: str, futures: str) -> dict[str, Any]:
    """Cost, bound and seconds of a plan."""
    scenario = sourcing.load(instances.document(int(futures)))
    with engine(name) as executor:
        before = time.monotonic()
        plan = sourcing.solve(scenario, strategy="lshaped", gap=1e-4, executor=executor)
        seconds = time.monotonic() - before
    return {"cost": plan.cost, "bound": plan.bound, "seconds": seconds, "why": plan.manifest.why}


def main(futures: int) -> None:
    """Print the table as it comes; says so and ends with 1 when anything differs."""
    print(f"{'fan of ' + str(futures) + ' futures':24} {'cost':>14} {'bound':>14} {'seconds':>9}", flush=True)
    first: dict[str, Any] | None = None
    for name in ENGINES:
        command = [sys.executable, __file__, name, str(futures)]
        if name == "mpi":
            command = ["mpiexec", "-n", str(1 + WORKERS), sys.executable, "-m", "mpi4py.futures", *command[1:]]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        first = first or found
        print(f"{name:24} {found['cost']:14.4f} {found['bound']:14.4f} {found['seconds']:9.1f}", flush=True)
        # Each is within the gap of the other's bound, which is what is promised; from the same bases they are equal.
        if first["bound"] > found["cost"] * (1 + NEAR) or found["bound"] > first["cost"] * (1 + NEAR):
            sys.exit(f"{name} contradicts {ENGINES[0]}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print("\n" + json.dumps(one(*sys.argv[1:])))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 20)
