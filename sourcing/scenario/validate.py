"""From a document to a Scenario: types first, then the checks across subjects; every problem with its place."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sourcing.documents import Document, amend
from sourcing.errors import Problem, ScenarioError
from sourcing.scenario import checks
from sourcing.scenario.scenario import Scenario
from sourcing.selection import near

CURES = {
    "missing": "add it",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "string_type": "write it as text",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number",
    "float_parsing": "write a number",
    "dict_type": "write a mapping of names",
    "model_type": "write a mapping",
    "finite_number": "write a number",
}


def validate(document: Document) -> Scenario:
    """The scenario that a document states. Raises ScenarioError with every problem found.

    Restrictions and changes of a future are merged by name over those of the file before they are read.
    """
    merged = _merge_futures(document)
    try:
        scenario = Scenario.model_validate(merged.value)
    except ValidationError as error:
        raise ScenarioError(_in_order(_problem(merged, detail) for detail in error.errors())) from None
    found = [Problem(merged.place(path), dotted(path), cause, cure) for path, cause, cure in checks.check(scenario)]
    if found:
        raise ScenarioError(_in_order(found))
    return scenario


def _in_order(problems: Any) -> tuple[Problem, ...]:
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (str(problem.place and problem.place.file), _line(problem))))


def _line(problem: Problem) -> int:
    return (problem.place.line or 0) if problem.place else 0


def dotted(path: tuple[str | int, ...]) -> str:
    """A path as it is written in --set.

    >>> dotted(("futures", "full ban", "probability"))
    "futures.'full ban'.probability"
    """
    return ".".join(f"'{part}'" if any(sign in str(part) for sign in " .'") else str(part) for part in path)


def _merge_futures(document: Document) -> Document:
    """Each future's restrictions and changes, merged by name over the file's."""
    value = document.value
    groups: list[tuple[tuple[str, ...], Any]] = [(("futures",), value.get("futures"))]
    risks = value.get("risks")
    if isinstance(risks, Mapping):
        groups += [(("risks", name), group) for name, group in risks.items()]
    patch: dict[str, Any] = {}
    for path, group in groups:
        for name, future in group.items() if isinstance(group, Mapping) else ():
            for subject in ("restrictions", "changes"):
                _merge(patch, (*path, name, subject), future, value.get(subject), subject)
    return amend(document, patch) if patch else document


def _merge(patch: dict[str, Any], path: tuple[str, ...], future: object, base: object, subject: str) -> None:
    own = future.get(subject) if isinstance(future, Mapping) else None
    if not isinstance(own, Mapping) or not isinstance(base, Mapping):
        return
    for name, part in own.items():
        if isinstance(part, Mapping) and isinstance(base.get(name), Mapping):
            node = patch
            for key in path:
                node = node.setdefault(key, {})
            node[name] = {**base[name], **part}


def _problem(document: Document, detail: ErrorDetails) -> Problem:
    path = _written(document.value, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "scenario":
        cause, cure = context["cause"], context["cure"]
    elif kind == "extra_forbidden":
        cause, cure = f"'{path[-1]}' is not known here", near(str(path[-1]), _fields(path[:-1]))
    elif kind == "missing":
        path, name = path[:-1], path[-1]
        cause, cure = f"'{name}' is missing", "add it"
    elif kind == "literal_error":
        cause, cure = f"{_shown(detail['input'])} is not one of the words known", f"write {context['expected']}"
    else:
        message = detail["msg"][0].lower() + detail["msg"][1:]
        cause, cure = f"{_shown(detail['input'])}: {message}", CURES.get(kind, "see `sourcing schema` for what is allowed")
    return Problem(document.place(path), dotted(path), cause, cure)


def _shown(value: object) -> str:
    text = "a mapping" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else repr(value)
    return text if len(text) < 60 else text[:57] + "..."


def _written(value: object, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A pydantic location without the steps that stand in no file (names of the types tried)."""
    path: list[str | int] = []
    for number, key in enumerate(loc):
        if isinstance(value, Mapping) and key in value:
            path.append(key)
            value = value[key]
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            path.append(key)
            value = value[key]
        elif number == len(loc) - 1 and isinstance(value, Mapping):
            path.append(key)
    return tuple(path)


def _fields(path: tuple[str | int, ...]) -> list[str]:
    """Keys that may stand at a path, read off the models."""
    model: Any = Scenario
    for key in path:
        fields = getattr(model, "model_fields", None)
        if fields:
            match = [field for name, field in fields.items() if key in (name, field.alias)]
            model = _inner(match[0].annotation) if match else None
        # a mapping by name: the key is a name, the model stays that of its values
    names = getattr(model, "model_fields", {})
    return [field.alias or name for name, field in names.items()]


def _inner(annotation: Any) -> Any:
    """The Part inside dict[str, Part | None] and the like."""
    if hasattr(annotation, "model_fields"):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner(argument)
        if found is not None:
            return found
    return None
