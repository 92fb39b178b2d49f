"""A file, or a mapping, over all it extends."""

import functools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sourcing import garbage, library
from sourcing.errors import Place, Problem, ScenarioError
from sourcing.files.data_tables import with_tables
from sourcing.files.document import Document, dotted
from sourcing.files.file_bytes import existing, shown
from sourcing.files.merging import amend
from sourcing.files.migrating import new_parent
from sourcing.files.problem_collector import near, short
from sourcing.files.python_mappings import from_python
from sourcing.files.yaml_reader import read_as

LONGEST = 40  # files, each extending the next


@garbage.put_off()
def load(source: str | Path | Mapping[str, Any]) -> Document:
    """A file, or a mapping, over all it extends, with its tables.

    `extends` and tables are relative to the file that names them, in a mapping to the current folder.
    Raises ScenarioError with every problem found.
    """
    if isinstance(source, Mapping):
        path, document = Path("scenario"), from_python(source)
    else:
        path, document = Path(source), read_as(Path(source), str(source), Place(str(source)), "")
    chain, layers, problems = [path], list[Document](), list[Problem]()
    while True:
        try:
            layers.append(with_tables(document, path.parent))
        except ScenarioError as error:
            problems += error.problems
        if "extends" not in document.value:
            break
        try:
            path = _parent(document, chain)
            document = read_as(path, shown(path), document.place(("extends",)), "extends")
        except ScenarioError as error:
            problems += error.problems
            break
        chain.append(path)
        if len(chain) > LONGEST:
            cause = f"extends goes through more than {LONGEST} files"
            raise ScenarioError((Problem(Place(shown(path)), "extends", cause, "join some of them into one"),))
    problems += _sized_twice(layers)
    if problems:
        raise ScenarioError(_in_order(problems))
    ranked = [_ranked(layer, rank) for rank, layer in enumerate(reversed(layers))]
    merged = functools.reduce(amend, ranked)
    places = {**merged.places, (): layers[0].places[()]}
    sized = max((rank for rank, layer in enumerate(reversed(layers)) if "size" in layer.value), default=None)
    files = tuple(file for layer in layers for file in layer.files)
    return replace(merged, places=places, files=files, sized=sized)


def _sized_twice(layers: list[Document]) -> list[Problem]:
    """A problem where two files of a chain state `size`: what would be scaled by which cannot be told.

    Above another, a size of 1 says that the numbers are the nation's, and scales nothing.
    """
    stating = [layer for layer in layers if "size" in layer.value]
    stating = [*stating[:1], *(layer for layer in stating[1:] if layer.value["size"] != 1)]
    if len(stating) < 2:
        return []
    sizes = " and ".join(f"size: {short(layer.value['size'])} in {layer.place(('size',))}" for layer in stating[1:])
    cause = f"size: {short(stating[0].value['size'])} is stated over {sizes}"
    cure = "keep the one that stands beside the importer's own numbers, and leave the other out"
    return [Problem(stating[0].place(("size",)), "size", cause, cure)]


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Problems by file, in each by line."""
    places = [problem.place or Place("") for problem in problems]
    files = [place.file for place in places]
    ranks = [(files.index(place.file), place.line or 0) for place in places]
    return tuple(problems[number] for number in sorted(range(len(problems)), key=ranks.__getitem__))


def _parent(document: Document, chain: list[Path]) -> Path:
    """The file that a document extends; `chain` leads to the document, which is its last."""
    written, problem = document.value["extends"], functools.partial(Problem, document.place(("extends",)), "extends")
    if not isinstance(written, str):
        raise ScenarioError((problem(f"{short(written)} is no name", "name a model, or a file such as ./mine.yaml"),))
    if "/" not in written and not written.endswith((".yaml", ".yml")):
        if written in library.model_names():
            return library.models() / f"{written}.yaml"
        parent = new_parent(written)
        known = f"it is part of '{parent}' now: `sourcing migrate {chain[-1]}` rewrites this file" if parent else ""
        cure = known or f"{near(written, library.model_names())}; or a file such as ./mine.yaml"
        raise ScenarioError((problem(f"there is no model {short(written)}", cure),))
    path = existing(chain[-1].parent / written)
    if path.resolve() in [step.resolve() for step in chain]:
        circle = " -> ".join(shown(step) for step in [*chain, path])
        raise ScenarioError((problem(f"extends goes in a circle: {circle}", "let one of them extend another model"),))
    return path


def placed(error: ScenarioError, document: Document) -> ScenarioError:
    """The error with a place for every problem that has only a path."""
    known = {dotted(path): place for path, place in document.places.items()}

    def place(path: str) -> Place | None:
        cuts = [len(path), *(cut for cut in range(len(path) - 1, 0, -1) if path[cut] == "."), 0]
        return next((known[path[:cut]] for cut in cuts if path[:cut] in known), None)

    problems = (replace(p, place=place(p.path)) if p.place is None else p for p in error.problems)
    return ScenarioError(_in_order(list(problems)))


def _ranked(document: Document, rank: int) -> Document:
    """One document of a chain without its `extends`, every key with its rank in the chain."""
    value = {key: item for key, item in document.value.items() if key != "extends"}
    places = {path: place for path, place in document.places.items() if path != ("extends",)}
    return replace(document, value=value, places=places, ranks=dict.fromkeys((path for path in places if path), rank))
