"""Named parts that were read before are not read again, and no part is taken for another."""

from sourcing.pipeline.source import document
from sourcing.scenario import validate
from sourcing.scenario.known_parts import with_known_parts
from sourcing.scenario.paths import stated
from tests.building import small


def test_a_part_that_is_the_same_is_read_once() -> None:
    """Two documents that say the same of a site: one part serves both."""
    first, second = ({"sites": {"plant": {"country": "Japan"}}} for _ in range(2))
    assert with_known_parts(first)["sites"]["plant"] is with_known_parts(second)["sites"]["plant"]


def test_what_is_changed_in_place_is_read_anew() -> None:
    """The value of a document is not to be changed; where it is, what was read before is not the answer."""
    value = {"sites": {"plant": {"country": "Japan"}}}
    assert with_known_parts(value)["sites"]["plant"].country == "Japan"
    value["sites"]["plant"]["country"] = "Vietnam"
    assert with_known_parts(value)["sites"]["plant"].country == "Vietnam"


def test_values_that_are_equal_and_of_other_types_are_told_apart() -> None:
    """1 == 1.0 == True in Python: a name that is True or 1 is no text, and stays for the reading of the whole."""
    for wrong in (1, True, 1.0):
        assert with_known_parts({"sites": {"plant": {"country": wrong}}}) == {"sites": {"plant": {"country": wrong}}}


def test_what_cannot_be_read_and_what_has_no_names_stays() -> None:
    """Unknown keys, lists and values of other kinds are left to the reading that says what is wrong."""
    value = {"sites": {"plant": {"contry": "Japan"}, "shop": None}, "title": "x", "odd": {"a": 1}, "offers": [1]}
    assert with_known_parts(value) == value


def test_numbers_of_shared_parts_are_found_under_the_path_of_each() -> None:
    """Two scenarios share their offers; each walk tells the whole path, and a changed price is seen."""
    demand = {"mill": {"need": "1 t/month", "shortage": {"all": {"share": 1.0, "cost": "20 USD/kg"}}}}
    base = document(small(2, suppliers={"reef": "Australia"}, offers={"reef": {"price": "9 USD/kg"}}, demand=demand))
    other = document(base, ("offers.reef.price=77 USD/kg",))
    before, after = validate(base), validate(other)
    path = ("offers", "reef", "price")
    numbers = [dict(stated(one))[path].measure.number for one in (before, after, before)]
    assert numbers[0] == numbers[2] != numbers[1] == 77.0
