"""How `regime:` and `regimes:` pull the restrictions of regimes into a document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sourcing.errors import Place, Problem, ScenarioError
from sourcing.files import Document, dotted
from sourcing.scenario.regime_library import regimes, unknown, written

Path = tuple[str | int, ...]

_SHARED = ("from", "until", "announced", "source", "row")
"""Keys of a regime that hold for each of its restrictions."""

_DATES = ("from", "until", "announced")
"""Of these, what a state of a chain of regimes says instead."""


@dataclass(frozen=True)
class _Pulled:
    """What one document pulls in: its materials (None: not stated), places of the new keys, everything to mend.

    below: paths of the document by their first two keys.
    """

    document: Document
    materials: frozenset[str] | None
    below: Mapping[Path, list[Path]]
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[tuple[Path, Problem]] = field(default_factory=list)


def pull_in(document: Document) -> Document:
    """Pull regimes in, see `pulled_in`; raises ScenarioError for what cannot be pulled in."""
    pulled, problems = pulled_in(document)
    if problems:
        raise ScenarioError(tuple(problem for _, problem in problems))
    return pulled


def pulled_in(document: Document) -> tuple[Document, tuple[tuple[Path, Problem], ...]]:
    """The document with the restrictions of the regimes it names, each beside the place in the file of regimes.

    `regimes: [name, ...]` become restrictions `name`, or `name: part` where a regime has several; so does an entry of
    `restrictions` that says `regime: name`, under its own name, its own keys before those of the regime.
    Beside it the path and the problem of unknown names, and of regimes of which nothing concerns the materials of the
    model; these are left out.
    """
    holders = list(_holders(document.value))
    if not any(_names_regimes(path, holder) for path, holder in holders):
        return document, ()
    materials = document.value.get("materials")
    below: dict[Path, list[Path]] = {}
    for path in document.places:
        below.setdefault(path[:2], []).append(path)
    pulled = _Pulled(document, frozenset(materials) if isinstance(materials, Mapping) else None, below)
    value = document.value
    several: dict[str, tuple[str, ...]] = {}
    for path, holder in holders:
        new, more = _expanded(path, holder, several, pulled)
        if not path:
            several = more
        value = _put(value, path, new)
    return replace(document, value=value, places={**document.places, **pulled.places}), tuple(pulled.problems)


def _holders(value: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What may name regimes: the document, its futures and those of its risks, the states of its chain."""
    yield (), value
    groups: list[tuple[Path, Any]] = [(("futures",), value.get("futures"))]
    if isinstance(value.get("risks"), Mapping):
        groups += [(("risks", risk), group) for risk, group in value["risks"].items()]
    if is_chain(value):
        groups += [(("regimes", "states"), value["regimes"].get("states"))]
    for path, group in groups:
        for name, future in group.items() if isinstance(group, Mapping) else ():
            if isinstance(future, dict):
                yield (*path, name), future


def is_chain(holder: Mapping[str, Any]) -> bool:
    """Whether `regimes` is a chain and not a list of names."""
    return isinstance(holder.get("regimes"), Mapping)


def _names_regimes(path: Path, holder: Mapping[str, Any]) -> bool:
    entries = holder.get("restrictions")
    inside = entries.values() if isinstance(entries, Mapping) else ()
    chain = not path and is_chain(holder)
    return ("regimes" in holder and not chain) or any(
        isinstance(entry, Mapping) and "regime" in entry for entry in inside
    )


def _expanded(
    path: Path, holder: dict[str, Any], above: Mapping[str, tuple[str, ...]], pulled: _Pulled
) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """A holder with its regimes as restrictions, and the names of those restrictions by the name that stood there."""
    names: dict[str, tuple[str, ...]] = dict(above)
    result: dict[str, Any] = {}
    chain = not path and is_chain(holder)
    listed, own = () if chain else holder.get("regimes", ()), holder.get("restrictions", {})
    for number, name in enumerate(listed if isinstance(listed, list) else [listed] if listed != () else ()):
        asked = (*path, "regimes", number) if isinstance(listed, list) else (*path, "regimes")
        parts = _parts(name, str(name), asked, {}, path, pulled)
        names[str(name)] = tuple(parts)
        result |= parts
    for name, entry in own.items() if isinstance(own, Mapping) else ():
        asked = (*path, "restrictions", name)
        if isinstance(entry, Mapping) and "regime" in entry:
            parts = _parts(entry["regime"], name, (*asked, "regime"), entry, path, pulled)
            names[name] = tuple(parts)
            result |= parts
            continue
        for key in names.get(name, (name,)):
            before = result.get(key)
            merged = isinstance(before, Mapping) and isinstance(entry, Mapping)
            result[key] = {**before, **entry} if merged else entry  # type: ignore[dict-item]
            _move(asked, (*path, "restrictions", key), pulled)
    others = {key: part for key, part in holder.items() if key != "restrictions" and (chain or key != "regimes")}
    stated = "restrictions" in holder and not isinstance(own, Mapping)
    return others | ({"restrictions": own} if stated else {"restrictions": result} if result or own else {}), names


def _parts(
    name: object, called: str, asked: Path, entry: Mapping[str, Any], path: Path, pulled: _Pulled
) -> dict[str, dict[str, Any]]:
    """The restrictions of a regime that concern the model, by the name they get; `entry` goes before what they say."""

    def refuse(cause: str, cure: str) -> dict[str, dict[str, Any]]:
        pulled.problems.append((asked, Problem(pulled.document.place(asked), dotted(asked), cause, cure)))
        return {}

    if not isinstance(name, str) or name not in regimes():
        return refuse(*unknown(name))
    regime, stated = regimes()[name], written().value[name]
    if not regime.restrictions:
        return refuse(f"the regime '{name}' restricts nothing by itself", regime.note or "leave it out")
    shared = {key: stated[key] for key in _SHARED if key in stated} | {"basis": regime.basis, "regime": name}
    undated = _DATES if path[:2] == ("regimes", "states") else ()
    shared = {key: value for key, value in shared.items() if key not in undated}
    parts: dict[str, dict[str, Any]] = {}
    for part, restriction in regime.restrictions.items():
        key = called if len(regime.restrictions) == 1 else f"{called}: {part}"
        merged = {**shared, **{key: value for key, value in restriction.items() if key not in undated}, **entry}
        if "where" not in entry:
            merged["where"] = _narrowed(restriction["where"], pulled.materials)
            if not merged["where"]:
                continue
        parts[key] = merged
        _place((name, "restrictions", part), (*path, "restrictions", key), asked, pulled)
        if entry:
            _move((*path, "restrictions", called), (*path, "restrictions", key), pulled)
    if parts:
        return parts
    concerned = sorted(
        {
            str(one)
            for restriction_spec in regime.restrictions.values()
            for one in _listed(restriction_spec["where"]["material"])
        }
    )
    known = ", ".join(sorted(pulled.materials or ()))
    cause = f"the regime '{name}' concerns {', '.join(concerned)}, and this model has none of them"
    return refuse(cause, f"leave it out, or say `where` beside it; the model has {known}")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _narrowed(where: Mapping[str, Any], materials: frozenset[str] | None) -> dict[str, Any]:
    """`where` with the materials that the model has; empty when it has none of them."""
    if materials is None or "material" not in where:
        return dict(where)
    narrowed = [name for name in _listed(where["material"]) if name in materials]
    return {**where, "material": narrowed} if narrowed else {}


def _place(origin: Path, path: Path, asked: Path, pulled: _Pulled) -> None:
    """Places of a restriction pulled in: the file of regimes; of its name: where it is asked for."""
    places = written().places
    for key, place in places.items():
        if key[: len(origin)] == origin and len(key) > len(origin):
            pulled.places[(*path, *key[len(origin) :])] = place
    for shared in _SHARED:
        if (*path, shared) not in pulled.places and (origin[0], shared) in places:
            pulled.places[(*path, shared)] = places[(origin[0], shared)]
    named = pulled.document.place(asked)
    if named and path not in pulled.document.places:
        pulled.places[path] = named


def _move(old: Path, new: Path, pulled: _Pulled) -> None:
    """What a file says under one name goes before what is pulled in under another."""
    for key in pulled.below.get(old[:2], ()):
        if key[: len(old)] == old:
            pulled.places[(*new, *key[len(old) :])] = pulled.document.places[key]


def _put(value: dict[str, Any], path: Path, new: dict[str, Any]) -> dict[str, Any]:
    """A mapping with a part replaced; at the top the futures already replaced stay."""
    if not path:
        return new
    first, *rest = path
    return {**value, first: _put(value[first], tuple(rest), new)}  # type: ignore[dict-item, index]
