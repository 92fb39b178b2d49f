"""Where the files of this checkout are that tests read, wherever the tests are."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
EVERYTHING = ROOT / "tests/everything.yaml"
