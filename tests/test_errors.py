"""Messages: one line for each problem, one for all of a kind where they are many, nothing unseen in them."""

from sourcing.errors import Place, Problem, ScenarioError
from sourcing.files import dotted


def told(*problems: Problem) -> list[str]:
    return str(ScenarioError(problems)).splitlines()


def problem(line: int, name: str, cause: str = "'5 cows' has a unit", cure: str = "say it once") -> Problem:
    return Problem(Place("z.csv", line), dotted(("offers", name, "price")), cause, cure)


def test_few_of_a_kind_are_told_one_by_one_in_their_order() -> None:
    lines = told(problem(2, "a"), problem(3, "b", "'price' is missing", "add it"), problem(4, "c"))
    assert [line.split(": ")[0] for line in lines] == ["z.csv:2", "z.csv:3", "z.csv:4"]


def test_many_of_a_kind_are_one_line_with_their_count_and_the_first_places() -> None:
    other = problem(3, "other", "'price' is missing", "add it")
    lines = told(
        problem(2, "a"), other, *(problem(line, f"n{line}.x", f"'{line} t' has a unit") for line in range(4, 404))
    )
    assert lines == [
        "z.csv:2: offers.a.price: '5 cows' has a unit; say it once; and 400 more like it: lines 4, 5, 6, ...",
        "z.csv:3: offers.other.price: 'price' is missing; add it",
    ]


def test_problems_of_one_line_are_named_by_their_paths() -> None:
    unknown = [Problem(Place("a.yaml", 1), f"h{n}", f"'h{n}' is not known here", "there are: x") for n in range(8000)]
    assert told(*unknown) == [
        "a.yaml:1: h0: 'h0' is not known here; there are: x; and 7,999 more like it: h1, h2, h3, ...",
    ]


def test_a_guess_makes_no_kind_of_its_own() -> None:
    cures = ("did you mean x? there are: x", "there are: x", "did you mean x or y? there are: x", "there are: x")
    lines = told(*(problem(n, f"n{n}", f"there is no '{n}'", cure) for n, cure in enumerate(cures, 1)))
    assert len(lines) == 1


def test_what_cannot_be_seen_is_shown() -> None:
    (line,) = told(Problem(None, dotted(("offers", "a\rb\u202ec")), "is\x07 wrong", "mend\nit"))
    assert line == "offers.'a\\u000db\\u202ec': is\\u0007 wrong; mend\\nit"
