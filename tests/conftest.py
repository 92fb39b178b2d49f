"""`pytest -m quick`: a part of the tests that touches every library, under a minute of one core.

It is for other versions than the pinned ones, see `.ci/more`; the whole is for every change.
"""

import signal

import pytest

QUICK = (  # a module, a folder, or the beginning of a test's name
    "tests/test_install.py",
    "tests/solver/test_silence.py",
    "tests/test_units.py",
    "tests/files/test_loading.py",
    "tests/solver/test_expand.py",
    "tests/published/",
    "tests/solver/test_highs.py::test_update",
    "tests/cli/test_cli.py",
    "tests/cli/test_stdout.py::test_the_command_itself",
    "tests/facts/test_data.py::test_frictionless",
    "tests/files/test_data_tables.py",
    "tests/analyses/sensitivity/test_indices.py::test_the_same_seed",
    "tests/solver/decomposition/test_lshaped.py::test_a_dask_client",
    "tests/test_examples.py::test_every_example_is_proven_and_beats_what_is_done_today[japan_heavy_rare_earths]",
    "tests/reports/test_forms.py::test_the_ending_says_the_form",
)
SLOWER = (  # of these, what takes seconds and shows no other library
    "tests/cli/test_cli.py::test_a_strategy_and_workers",
    "tests/cli/test_cli.py::test_new_from_japan_solves",
    "tests/published/test_published_facility_location.py",
)


def pytest_configure() -> None:
    """Let Ctrl-C reach the processes that tests start.

    A shell that begins the tests in its background has them, and all that they start, ignore it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is quick."""
    for item in items:
        if item.nodeid.startswith(QUICK) and not item.nodeid.startswith(SLOWER):
            item.add_marker(pytest.mark.quick)
