"""From a document to a Scenario: types first, then the checks across subjects; every problem with its place."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Any, get_args, get_origin

from pydantic_core import ErrorDetails

from sourcing import files, garbage
from sourcing.errors import Place, Problem, ScenarioError
from sourcing.files import Document, amend, dotted, new_name
from sourcing.scenario.checks.lookups import Finding
from sourcing.scenario.checks.remainder import Remainder, Words, entry
from sourcing.scenario.checks.stages import find
from sourcing.scenario.firm_covers import firm_covers
from sourcing.scenario.language.base import ScenarioPart, shown
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.regime_expansion import is_chain, pulled_in
from sourcing.scenario.size import sized
from sourcing.selection import near
from sourcing.spelling import alike

# What is wanted where pydantic refuses a value, and the cure.
WANTED = {
    "bool_type": ("is not true or false", "write true or false"),
    "bool_parsing": ("is not true or false", "write true or false"),
    "string_type": ("is not text", "write it as text, in quotes if need be"),
    "int_type": ("is not a whole number", "write a whole number"),
    "int_parsing": ("is not a whole number", "write a whole number"),
    "int_parsing_size": ("is too large", "write a smaller number"),
    "int_from_float": ("is not a whole number", "write a whole number"),
    "float_type": ("is not a number", "write a number"),
    "float_parsing": ("is not a number", "write a number"),
    "finite_number": ("is not a finite number", "write a number"),
    "dict_type": ("stands where names with values belong", "write them as name: value, indented or in {}"),
    "model_type": ("stands where names with values belong", "write them as name: value, indented or in {}"),
    "string_too_short": ("says nothing", "write the answer in a few words"),
    "too_short": ("has nothing in it", "name at least one, or leave it out"),
    "greater_than": ("must be above {gt:g}", "write a number in that range"),
    "greater_than_equal": ("must be at least {ge:g}", "write a number in that range"),
    "less_than": ("must be below {lt:g}", "write a number in that range"),
    "less_than_equal": ("must be at most {le:g}", "write a number in that range"),
}

FEW = 100  # names of a mapping that tell which form was meant

Keys = tuple[str | int, ...]


@garbage.put_off()
def validate(document: Document) -> Scenario:
    """The scenario that a document states. Raises ScenarioError with every problem found.

    Regimes are pulled in; then restrictions and changes of a future are merged by name over those of the file. Amounts
    that are inherited from above `size` become this importer's share.
    """
    known, columns, cells = _without_unknown_columns(document)
    pulled, refused = pulled_in(known)
    merged = _merge_futures(pulled)
    out = frozenset(entry(path) for path, _ in refused) | cells
    reading = find(Remainder(merged.value, out), _explained, Words(document.value), partial(_meant, pulled))
    problems = (*columns, *(problem for _, problem in refused), *_problems(merged, list(reading.findings)))
    if reading.scenario is None or problems:
        raise ScenarioError(tuple(sorted(problems, key=_order)))
    return reading.scenario.read_from(document)


def _meant(document: Document, scenario: Scenario) -> Scenario:
    """The scenario with what its document makes of it by where each thing was stated."""
    return firm_covers(sized(scenario, document), document)


def _explained(value: object, detail: ErrorDetails, guess: bool) -> tuple[Finding, bool]:
    path = _written(value, detail["loc"])
    return _finding(path, detail, guess), len(path) == len(detail["loc"]) or _is_meant(value, detail["loc"])


def _merge_futures(document: Document) -> Document:
    """Restrictions and changes of each future and of each state of a chain, merged by name over the file's."""
    value = document.value
    groups: list[tuple[tuple[str, ...], Any]] = [(("futures",), value.get("futures"))]
    risks = value.get("risks")
    if isinstance(risks, Mapping):
        groups += [(("risks", name), group) for name, group in risks.items()]
    if is_chain(value):
        groups += [(("regimes", "states"), value["regimes"].get("states"))]
    patch: dict[str, Any] = {}
    for path, group in groups:
        for name, future in group.items() if isinstance(group, Mapping) else ():
            for subject in ("restrictions", "changes"):
                _merge(patch, (*path, name, subject), future, value.get(subject))
    return amend(document, Document(patch, {}, ())) if patch else document


def _merge(patch: dict[str, Any], path: tuple[str, ...], future: object, base: object) -> None:
    own = future.get(path[-1]) if isinstance(future, Mapping) else None
    if not isinstance(own, Mapping) or not isinstance(base, Mapping):
        return
    for name, part in own.items():
        if isinstance(part, Mapping) and isinstance(base.get(name), Mapping):
            node = patch
            for key in path:
                node = node.setdefault(key, {})
            inherited = {key: value for key, value in base[name].items() if value is not None}
            node[name] = {**inherited, **part}


# Problems -------------------------------------------------------------------------------------------------------------


def _problems(document: Document, findings: list[Finding]) -> tuple[Problem, ...]:
    """Findings with their places, in the order of the files; what futures take over from the file is told once."""
    told, problems = set(findings), []
    for path, cause, cure in findings:
        origin = _origin(document, path)
        if origin == path or (origin, cause, cure) not in told:
            problems.append(
                _of_column(document, path, cause, cure) or Problem(document.place(path), dotted(path), cause, cure)
            )
    return tuple(sorted(dict.fromkeys(problems), key=_order))


def _without_unknown_columns(document: Document) -> tuple[Document, list[Problem], frozenset[Keys]]:
    """The document less the columns of its tables whose headings are not known: each is told once, and its cells, of
    which there may be very many, are read no further. Beside it the problems, and the paths of the cells."""
    value, cells, problems = dict(document.value), set[Keys](), dict[tuple[str, str], Problem]()
    for subject in files.TABLES:
        records = value.get(subject)
        names = {name for part in _parts((subject, "")) for name in _names(part)}
        odd = [
            (subject, name, key)
            for name, record in (records.items() if isinstance(records, Mapping) else ())
            if isinstance(record, Mapping)
            for key in record
            if key not in names and (place := document.places.get((subject, name, key))) and place.heading
        ]
        for path in odd:
            if path[0::2] not in problems:
                told = _of_column(document, path, _unknown(path[2]), near(path[2], names))
                problems |= {(path[0], path[2]): told} if told else {}
        cells |= set(odd)
        if odd:
            value[subject] = {
                name: {key: part for key, part in record.items() if (subject, name, key) not in cells}
                if isinstance(record, Mapping)
                else record
                for name, record in value[subject].items()
            }
    return replace(document, value=value), list(problems.values()), frozenset(cells)


def _of_column(document: Document, path: Keys, cause: str, cure: str) -> Problem | None:
    """An unknown heading of a table, told of the heading and not of each line below it; None where it is none."""
    place = document.places.get(path)
    if place is None or place.heading is None or cause != _unknown(path[-1]):
        return None
    column = f"or leave the column out by columns: {{{place.heading.text}: null}} in the layout of the table"
    at = Place(place.file, place.heading.line)
    return Problem(at, dotted((path[0], *path[2:])), cause, f"{cure}; {column}")


def _unknown(name: str | int) -> str:
    return f"'{name}' is not known here"


def _origin(document: Document, path: Keys) -> Keys:
    """Where the file says what a future takes over from it; else the path itself."""
    steps = {"futures": 2, "risks": 3, "regimes": 3}.get(str(path[0]), 0) if path else 0
    return path[steps:] if path not in document.places and path[steps:] in document.places else path


def _order(problem: Problem) -> tuple[str, int]:
    return (problem.place.file, problem.place.line or 0) if problem.place else ("", 0)


def _finding(path: Keys, detail: ErrorDetails, guess: bool) -> Finding:
    """The path, the cause and the cure of an error of pydantic; `path` is where it is written."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "scenario":
        return path, context["cause"], context["cure"]
    if kind == "extra_forbidden":
        names = tuple(name for part in _parts(path[:-1]) for name in _names(part))
        new = new_name([str(part) for part in path])
        renamed = f"it is called '{new}' now: `sourcing migrate` rewrites the file" if new else ""
        return path, _unknown(path[-1]), renamed or near(str(path[-1]), names, guess)
    if kind == "missing":
        return path, f"'{detail['loc'][-1]}' is missing", "add it"
    if kind == "literal_error":
        return path, f"{shown(detail['input'])} is not one of the words known", f"write {context['expected']}"
    cause, cure = WANTED.get(kind, ("cannot be used", "see `sourcing schema` for what is allowed"))
    return path, f"{shown(detail['input'])} {cause.format(**context)}", cure


def _holds(value: object, key: str | int) -> bool:
    return (isinstance(value, Mapping) and key in value) or (isinstance(value, list) and key in range(len(value)))


def _written(value: Any, loc: Keys) -> Keys:
    """A location of pydantic without the steps that stand in no file: names of what is missing, of the forms tried."""
    path: list[str | int] = []
    for key in loc:
        if _holds(value, key):
            path.append(key)
            value = value[key]
    return tuple(path)


def _is_meant(value: Any, loc: Keys) -> bool:
    """Whether an error is of the form that was meant, where a value may be a number or a mapping of known keys."""
    for number, key in enumerate(loc):
        if not _holds(value, key):
            parts = _parts(loc[:number])
            plain = str(key).startswith("function-plain")
            if not plain and key not in [part.__name__ for part in parts]:
                return True
            known = [name for part in parts for name in _names(part)]
            as_part = isinstance(value, Mapping) and any(alike(name, known) for name in itertools.islice(value, FEW))
            return plain != as_part
        value = value[key]
    return True


@cache
def _names(part: type[ScenarioPart]) -> tuple[str, ...]:
    """Keys of a mapping of the file."""
    return tuple(field.alias or name for name, field in part.model_fields.items())


def _parts(path: Keys) -> list[type[ScenarioPart]]:
    """Mappings with known keys that may stand at a path, read off the models."""
    forms: tuple[Any, ...] = (Scenario,)
    for key in path:
        forms = tuple(part for form in forms for part in _inside(form, None if _by_name(form) else key))
    return [form for form in forms if not _by_name(form)]


@cache
def _by_name(form: Any) -> bool:
    """Whether a form is a mapping whose keys are names that the user gives."""
    return get_origin(form) is dict


@lru_cache(maxsize=10_000)
def _inside(form: Any, key: str | int | None) -> tuple[Any, ...]:
    """The forms that the value of a key may have; `key` is None where any name may stand."""
    if key is None:
        return _forms(get_args(form)[1])
    fields = form.model_fields.items()
    return tuple(part for name, field in fields if key == (field.alias or name) for part in _forms(field.annotation))


def _forms(annotation: Any) -> tuple[Any, ...]:
    """The Parts and the mappings by name inside `dict[str, Part] | None` and the like."""
    if get_origin(annotation) is dict or hasattr(annotation, "model_fields"):
        return (annotation,)
    return tuple(form for argument in get_args(annotation) for form in _forms(argument))
