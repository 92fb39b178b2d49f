"""`where`: what is picked, and what is said when nothing is."""

import itertools
from collections.abc import Mapping

import pytest

from sourcing.selection import Attributes, Selectables, SelectionError, Where, matches, near, pick

THINGS = {
    "south dy": {"origin": ("China",), "material": ("dysprosium-oxide",), "tag": ()},
    "reef dy": {"origin": ("Malaysia",), "material": ("dysprosium-oxide",), "tag": ("allied", "new")},
    "reef tb": {"origin": ("Malaysia",), "material": ("terbium-oxide",), "tag": ("allied",)},
}


def where(**keys: str | tuple[str, ...]) -> Where:
    return Where(tuple((key, (names,) if isinstance(names, str) else names) for key, names in keys.items()))


@pytest.mark.parametrize(
    ("picked", "names"),
    [
        (where(origin="Malaysia"), ("reef dy", "reef tb")),
        (where(origin=("China", "Malaysia")), ("south dy", "reef dy", "reef tb")),  # one of the names is enough
        (where(origin="Malaysia", material="dysprosium-oxide"), ("reef dy",)),  # every key must hold
        (where(tag="new"), ("reef dy",)),  # one of several values is enough
    ],
)
def test_every_key_must_hold_by_one_of_its_names(picked: Where, names: tuple[str, ...]) -> None:
    assert pick(picked, THINGS) == names
    assert tuple(name for name, thing in THINGS.items() if matches(picked, thing)) == names


def test_a_key_that_a_thing_does_not_have_does_not_hold() -> None:
    assert not matches(where(end_use="defence"), THINGS["reef dy"])


@pytest.mark.parametrize(
    ("picked", "key", "said"),
    [
        (where(origin="Chna"), "origin", "no origin is 'Chna'; did you mean China? there are: China, Malaysia"),
        (where(origin="China", tag="allied"), "tag", "nothing left has tag 'allied'"),
        (where(tag="allied", origin="China"), "origin", "of what the other keys pick, origin is one of Malaysia"),
        (where(end_use="defence"), "end_use", "end_use cannot be used here; pick by one of"),
    ],
)
def test_what_picks_nothing_says_which_key_emptied_it(picked: Where, key: str, said: str) -> None:
    with pytest.raises(SelectionError) as caught:
        pick(picked, THINGS)
    assert caught.value.key == key
    assert said in str(caught.value)


def test_a_selection_reads_as_it_is_written() -> None:
    assert str(where(origin=("China", "Russia"), tag="new")) == "origin: China or Russia, tag: new"


def test_near_lists_at_most_thirty_names() -> None:
    assert near("x", []) == "there are none"
    assert near("nothing", [f"offer {number:02d}" for number in range(40)]).endswith("offer 29, ...")


def test_an_index_picks_what_a_search_picks_in_the_same_order() -> None:
    """Things by hand, and every selection of one to three keys among them, one and two names each."""
    offers = {
        f"o{number}": {
            "offer": (f"o{number}",),
            "material": (("dy", "tb")[number % 2],),
            "origin": (("China", "Chile", "Japan")[number % 3],),
            "tag": ("new", "allied")[: number % 3],
        }
        for number in range(12)
    }
    names = {"offer": ("o7", "o3"), "material": ("tb", "dy"), "origin": ("Japan", "China"), "tag": ("allied", "none")}
    for count in (1, 2, 3):
        for keys in itertools.permutations(names, count):
            for many in (1, 2):
                where = Where(tuple((key, names[key][:many]) for key in keys))
                assert said(where, Selectables(offers)) == said(where, offers)


def said(where: Where, things: Mapping[str, Attributes]) -> str:
    """What is picked, or why nothing is."""
    try:
        return str(pick(where, things))
    except SelectionError as error:
        return f"{error.key}: {error}"
