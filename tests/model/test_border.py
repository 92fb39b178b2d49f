"""At the border: what licences let through, what delays hold up, what waits, what is lost."""

from dataclasses import replace

import pytest

import sourcing
from sourcing.analyses.case_solver import CaseSolver
from sourcing.case import resolve
from sourcing.case.records import OpenOrder
from sourcing.model.node_data import Nodes
from sourcing.outcome import Plan
from sourcing.pipeline.formulated import state
from sourcing.solver.highs import Options
from tests.building import small

ALWAYS = {"where": {"origin": "China"}}
LOST = {"lost": {"cost": "1000 USD/t"}}
CAPPED = {"price": "100 USD/t", "licensable": "10 t/month"}


def scenario(offer: dict | None = None, **parts: object) -> dict:
    """Ten tonnes a month for six months from one Chinese offer at 100 USD/t; storage 1 USD/t/month, shortage 1000."""
    whole = small(
        6,
        suppliers={"south": "China"},
        offers={"south": {**(offer or CAPPED)}},
        stock={"dy": {"holding": "1 USD/t/month"}},
        demand={"motors": {"need": "10 t/month", "shortage": LOST}},
    )
    return whole | parts


def needs(need: dict) -> dict:
    return {"motors": {"material": "dy", "site": "japan", "need": need, "shortage": LOST}}


def opening(quantity: str, when: str, date: str | None = None) -> dict:
    order = {"offer": "south", "site": "japan", "quantity": quantity, "state": when}
    return {"first": order | ({"date": date} if date else {})}


def solve(offer: dict | None = None, **parts: object) -> Plan:
    return sourcing.solve(scenario(offer, **parts), gap=1e-9)


def data(offer: dict | None = None, **parts: object) -> Nodes:
    return state(resolve(sourcing.load(scenario(offer, **parts)))).data


def monthly(frame, column: str, future: str = "as now") -> list[float]:
    """A column by month, January to June."""
    rows = frame[frame["future"] == future].groupby("period")[column].sum()
    return [round(float(rows.get(f"2027-{month:02d}", 0.0)), 6) for month in range(1, 7)]


def test_approval_lets_its_share_of_the_normal_take_through() -> None:
    """35 % of the 10 t normally taken is 3.5 t a month, though 100 t wait and more may be ordered."""
    plan = solve(restrictions={"licences": {**ALWAYS, "approval": "35 %"}}, open_orders=opening("100 t", "waiting"))
    assert monthly(plan.border, "exported") == [3.5] * 6
    assert monthly(plan.arrivals, "quantity") == [3.5] * 6
    assert monthly(plan.shortage, "quantity") == [6.5] * 6


def test_several_measures_lowest_approval_longest_delay_largest_factor() -> None:
    """approval 0.6, 0.35 -> 0.35; delay 1, 2 months -> 2; price 1.5, 1.2 -> 1.5."""
    one = {**ALWAYS, "approval": 0.6, "delay": "2 months", "price": 1.2}
    two = {**ALWAYS, "approval": 0.35, "delay": "1 month", "price": 1.5}
    found = data(restrictions={"one": one, "two": two})
    assert found.approval[0] == pytest.approx([0.35] * 6)
    assert list(found.delay[0]) == [2] * 6
    assert found.price[0] * found.money == pytest.approx([150] * 6)


def test_delay_adds_periods() -> None:
    """Made in a month, held up for two: what is ordered in January arrives in April."""
    late = {"slow": {**ALWAYS, "delay": "2 months"}}
    plan = solve({"price": "100 USD/t", "to_border": "1 month"}, restrictions=late)
    assert monthly(plan.arrivals, "quantity") == [0, 0, 0, 10, 10, 10]
    assert plan.cost == pytest.approx(30 * 1000 + 30 * 100)


@pytest.mark.parametrize(("until", "missing"), [("2027-02", 0), ("2027-06", 30)])
def test_a_relief_releases_what_has_waited_enough(until: str, missing: float) -> None:
    """Orders are 10 t a month at most and held up for three months; 30 t are needed in March. If the delay ends with
    February, what was ordered in January and February comes in March with what is ordered then; else nothing does."""
    offer = {"price": "100 USD/t", "nameplate": "10 t/month"}
    need = {"2027-01": "0 t/month", "2027-03": "30 t/month", "2027-04": "0 t/month"}
    plan = solve(offer, restrictions={"slow": {**ALWAYS, "until": until, "delay": "3 months"}}, demand=needs(need))
    assert monthly(plan.shortage, "quantity") == [0, 0, missing, 0, 0, 0]
    assert monthly(plan.arrivals, "quantity") == [0, 0, 30 - missing, 0, 0, 0]


def test_what_is_not_exported_before_a_ban_waits() -> None:
    """20 t are ready in March; the ban holds until April; they cross in May, when they are needed and everything else
    is dear (price x 10). Cancelling would lose half."""
    plan = solve(
        {"price": "100 USD/t", "deposit": "50 %", "to_border": "1 month"},
        restrictions={"ban": {**ALWAYS, "from": "2027-03", "until": "2027-04", "approval": 0}},
        changes={"dear": {"where": {"origin": "China"}, "field": "price", "times": 10}},
        open_orders=opening("20 t", "making", "2027-03"),
        demand=needs({"2027-01": "0 t/month", "2027-05": "20 t/month", "2027-06": "0 t/month"}),
    )
    assert monthly(plan.border, "waiting") == [0, 0, 20, 20, 0, 0]
    assert monthly(plan.arrivals, "quantity") == [0, 0, 0, 0, 20, 0]
    assert monthly(plan.shortage, "quantity") == [0] * 6


def test_what_nothing_holds_leaves() -> None:
    """30 t wait; a ban comes in May. They leave at once, though they could be stored there as cheaply. 30 t are bought
    in April for the rest: 30 x 100 USD/t, and a month of storage for 20, 10, 20 and 10 t."""
    plan = solve(
        restrictions={"ban": {**ALWAYS, "from": "2027-05", "approval": 0}}, open_orders=opening("30 t", "waiting")
    )
    assert monthly(plan.border, "exported")[0] == 30
    assert monthly(plan.border, "waiting") == [0] * 6
    assert plan.cost == pytest.approx(30 * 100 + 60)


@pytest.mark.parametrize("take_or_pay", [0, 1], ids=["can be cancelled", "take or pay"])
def test_a_queue_that_nothing_holds_changes_nothing(take_or_pay: float) -> None:
    """Two months to the border: what is ordered in May and June does not arrive in the plan. It comes all the same, and
    is worth no more and no less than on a lane without a queue."""
    contract = {"offer": "south", "price": "60 USD/t", "volume": "120 t/year", "take_or_pay": take_or_pay}
    case = resolve(sourcing.load(scenario({**CAPPED, "to_border": "2 months"}, contracts={"firm": contract})))
    idle = OpenOrder("none", "south", "japan", 0.0, "waiting", 0)
    free, queue = (CaseSolver(Options(1e-9)).at(replace(case, open_orders=orders)) for orders in ((), (idle,)))
    assert not free.stated.data.controlled
    assert queue.stated.data.controlled
    assert queue.cost == pytest.approx(free.cost)


@pytest.mark.parametrize(("seizes", "arrive"), [(False, 10), (True, 0)])
def test_goods_past_the_border_arrive_unless_seized(seizes: bool, arrive: float) -> None:
    """Sold in February alone, a month on the way, needed in March, when the ban begins; 5 t more on their way since
    before the plan, due in March too."""
    offer = {"price": "100 USD/t", "expected": {"2027-02": "5 t/month", "2027-03": "0 t/month"}}
    plan = solve(
        offer,
        lanes={"all": {"where": {"material": "dy"}, "site": "japan", "transit": "1 month"}},
        restrictions={"ban": {**ALWAYS, "from": "2027-03", "approval": 0, "seizes": seizes}},
        open_orders=opening("5 t", "transit", "2027-03"),
        demand=needs({"2027-01": "0 t/month", "2027-03": "10 t/month", "2027-04": "0 t/month"}),
    )
    assert monthly(plan.arrivals, "quantity") == [0, 0, arrive, 0, 0, 0]
    assert monthly(plan.shortage, "quantity") == [0, 0, 10 - arrive, 0, 0, 0]


def test_the_end_target_is_not_filled_with_what_is_dearer_than_it() -> None:
    """Reef meets the need at 100; 30 days are wanted at the end, missing ones charged 50. Of what south sells at 5000
    half would leave: ordered in June it counts towards the target, but is worth no more than 100, what replaces it."""
    offers = {
        "reef": {"supplier": "reef", "material": "dy", "price": "100 USD/t", "nameplate": "10 t/month"},
        "south": {
            "supplier": "south",
            "material": "dy",
            "price": "5000 USD/t",
            "nameplate": "50 t/month",
            "to_border": "3 months",
        },
    }
    end = {"dy": {"material": "dy", "site": "japan", "end": {"days": "30 days", "shortfall_cost": "50 USD/t"}}}
    plan = solve(
        suppliers={"south": {"country": "China"}, "reef": {"country": "Australia"}},
        offers=offers,
        stock=end,
        restrictions={"licences": {**ALWAYS, "approval": 0.5}},
        discount="8 %/year",
    )
    assert set(plan.orders["offer"]) == {"reef"}


def test_a_deposit_is_lost_on_cancelling() -> None:
    """10 t wait and never may leave. Cancelled at once they give back 70 % of 100 USD/t; all of the need is short:
    60 x 1000 - 10 x 70."""
    plan = solve({"price": "100 USD/t", "deposit": "30 %"}, restrictions={"ban": {**ALWAYS, "approval": 0}},
                 open_orders=opening("10 t", "waiting"))  # fmt: skip
    assert plan.cost == pytest.approx(60 * 1000 - 10 * 70)
    assert monthly(plan.border, "cancelled") == [10, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("held", ["waiting", "transit"], ids=["through the queue", "no queue"])
@pytest.mark.parametrize("restrictions", [{}, {"open": {**ALWAYS, "approval": 1}}], ids=["free", "reached"])
def test_open_orders_come_from_where_they_are(restrictions: dict, held: str) -> None:
    """A month to the border, a month on the way. In transit, due in January; waiting: leaves in January, here in
    February; ready in February, here in March. What is ordered in February (10 t) and later comes from April on."""
    one = {"offer": "south", "site": "japan", "quantity": "10 t"}
    orders = {
        "near": {**one, "state": "transit"},
        "held": {**one, "state": held} | ({"date": "2027-02"} if held == "transit" else {}),
        "made": {**one, "state": "making", "date": "2027-02"},
    }
    plan = solve(
        {**CAPPED, "to_border": "1 month"},
        lanes={"all": {"where": {"material": "dy"}, "site": "japan", "transit": "1 month"}},
        restrictions=restrictions,
        open_orders=orders,
    )
    assert monthly(plan.arrivals, "quantity") == [10] * 6
    assert monthly(plan.orders, "quantity") == [0, 10, 10, 10, 0, 0]
    assert plan.cost == pytest.approx(30 * 100)


TWO = {
    "suppliers": {"south": {"country": "China"}, "reef": {"country": "Australia"}},
    "offers": {
        "south": {"supplier": "south", "material": "dy", "price": "100 USD/t", "nameplate": "6 t/month"},
        "reef": {"supplier": "reef", "material": "dy", "price": "150 USD/t", "licensable": "10 t/month",
                 "china_link": {"value": 0.4, "buffer": "1 month"}},
    },
}  # fmt: skip


def test_measures_aimed_at_another_country_bite_in_the_market_alone() -> None:
    """Aimed at Korea: China sells to Japan as before, 6 t a month at 100; but Korea calls Australia: 4 t at 300."""
    aimed = {**ALWAYS, "targets": ["South Korea"], "approval": 0, "price": 3, "price_elsewhere": 2}
    plan = solve(restrictions={"ban": aimed}, **TWO)
    assert plan.cost == pytest.approx(6 * (6 * 100 + 4 * 300))


def test_links_reach_by_their_share_after_the_buffer() -> None:
    """From March, with one month of own stock: from April approval is 1 - 0.4 x (1 - 0) = 0.6, price x 1 + 0.4 x 0.5
    = 1.2. China itself is cut from March on, and never through links alone is anything seized."""
    ban = {**ALWAYS, "from": "2027-03", "approval": 0, "price": 1.5, "links": True, "seizes": True}
    found = data(restrictions={"ban": ban}, **TWO)
    assert found.approval[0] == pytest.approx([1, 1, 0, 0, 0, 0])
    assert found.approval[1] == pytest.approx([1, 1, 1, 0.6, 0.6, 0.6])
    assert found.price[1] * found.money == pytest.approx([150, 150, 150, 180, 180, 180])
    assert found.arriving[1] == pytest.approx([1] * 6)
    unlinked = data(restrictions={"ban": {**ban, "links": False}}, **TWO)
    assert unlinked.approval[1] == pytest.approx([1] * 6)


def test_linked_goods_are_limited_to_their_share() -> None:
    """China banned throughout, reef linked by 0.4 without buffer and normally taking 10 t: 6 t of 10 arrive."""
    offers = {**TWO["offers"], "reef": {**TWO["offers"]["reef"], "china_link": {"value": 0.4}}}
    plan = solve(
        suppliers=TWO["suppliers"], offers=offers, restrictions={"ban": {**ALWAYS, "approval": 0, "links": True}}
    )
    assert monthly(plan.arrivals, "quantity") == [6] * 6


def test_a_partly_covered_month_is_day_weighted() -> None:
    """14 of the 28 days of February: approval 1 - 0.5 x 1, price 1 + 0.5 x (3 - 1) = 2. Then 10 x 0.5 = 5 t cross."""
    half = {**ALWAYS, "from": "2027-02-15", "until": "2027-02-28", "approval": 0, "price": 3}
    found = data(restrictions={"ban": half})
    assert found.approval[0] == pytest.approx([1, 0.5, 1, 1, 1, 1])
    assert found.price[0] * found.money == pytest.approx([100, 200, 100, 100, 100, 100])
    need = {"2027-01": "0 t/month", "2027-02": "10 t/month", "2027-03": "0 t/month"}
    offer = {**CAPPED, "expected": {"2027-02": "10 t/month"}}
    plan = solve(offer, restrictions={"ban": half}, demand=needs(need))
    assert monthly(plan.arrivals, "quantity") == [0, 5, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("need", "ordered"),
    [
        ("0 t/month", 0),
        ({"2027-01": "10 t/month", "2027-04": "0 t/month"}, 18),
        ({"2027-01": "4 t/month", "2027-04": "0 t/month"}, 0),
    ],
)
def test_nothing_is_ordered_to_be_cancelled(need: str | dict, ordered: float) -> None:
    """12 t are there. In the ban what is ordered could be cancelled for all that it cost: it is not ordered."""
    ban = {"ban": {**ALWAYS, "from": "2027-03", "approval": 0}}
    futures = {"calm": {"probability": 0.8}, "ban": {"probability": 0.2, "restrictions": ban}}
    stock = {"dy": {"material": "dy", "site": "japan", "quantity": "12 t"}}
    offer = {"price": "100 USD/t", "nameplate": "20 t/month"}
    found = sourcing.solve(scenario(offer, opening_stock=stock, demand=needs(need), futures=futures))
    bought = found.orders.groupby("future")["quantity"].sum()
    assert bought.tolist() == pytest.approx([ordered] * len(bought))
    assert len(bought) == (2 if ordered else 0)
