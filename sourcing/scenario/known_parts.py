"""Parts of a scenario that were read before: documents that differ in little, as those of a sweep, share the rest."""

import marshal
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from sourcing.scenario.language.base import ScenarioPart
from sourcing.scenario.language.scenario import Scenario

MOST_PARTS = 5_000  # parts that are remembered, the latest
PLAIN = 2  # version of marshal's format in which equal values of the same types are the same bytes


def with_known_parts(value: Mapping[str, Any]) -> dict[str, Any]:
    """The value of a document with its named entries read: an offer, a lane, a future. What cannot be read, and what
    has another form, stays as it is, for the reading of the whole says what is wrong with it."""
    return {subject: _entries(subject, part) for subject, part in value.items()}


def _entries(subject: str, value: Any) -> Any:
    form = _form_of(subject)
    if form is None or type(value) is not dict:
        return value
    return {name: _read(form, entry) for name, entry in value.items()}


@cache
def _form_of(subject: str) -> type[ScenarioPart] | None:
    """The form of the named entries of a subject; None where it has none, or may have several."""
    field = Scenario.model_fields.get(subject)
    if field is None or get_origin(field.annotation) is not dict:
        return None
    form = get_args(field.annotation)[1]
    return form if isinstance(form, type) and issubclass(form, ScenarioPart) else None


def _read(form: type[ScenarioPart], entry: Any) -> Any:
    if type(entry) is not dict:
        return entry
    try:
        return _known(form, marshal.dumps(entry, PLAIN))
    except (ValidationError, ValueError):  # wrong; or of a type that marshal does not know
        return entry


@lru_cache(maxsize=MOST_PARTS)
def _known(form: type[ScenarioPart], text: bytes) -> ScenarioPart:
    """What an entry says. text: the entry, with the order of its keys and the types of its values."""
    return form.model_validate(marshal.loads(text))
