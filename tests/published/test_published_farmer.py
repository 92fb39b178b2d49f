"""The farmer of Birge & Louveaux, Introduction to Stochastic Programming, 1.1: RP, WS, EEV, EVPI and VSS."""

import pytest

from sourcing.analyses.tradeoffs.value import AVERAGE, KNOWN, PLAN, Value, value

from .build import FREE, instance, month

SOW, HARVEST = month(3), month(4)  # April has 30 days, so that what a yield lacks of the best is a number of days
MARKET = 20_000  # t, more than can be grown: what is not sold is a shortage that costs the price


def farmer() -> tuple[dict[str, object], float]:
    """The farmer as an importer, and what the markets would pay for all they take.

    Seed bought in March is crop at the best yield in April; a yield of 1 / 1.2 of it loses the first 5 days of what
    arrives, one of 0.8 / 1.2 the first 10. Land is the seller's capacity.
    """
    data = instance("stochastic_farmer", "farmer")["data"]
    crops = ("wheat", "corn", "beets")
    best = [crop * data["mult"][0] for crop in data["yields"]]
    offers: dict[str, object] = {
        crop: {
            "supplier": "farm",
            "material": crop,
            "price": f"{cost / tonnes!r} USD/t",
            "uses": f"{1 / tonnes!r} /t",
            "expected": {SOW: "20000 t/month", HARVEST: "0 t/month"},
            "to_border": "0 days",
        }
        for crop, cost, tonnes in zip(crops, data["plant"], best, strict=True)
    }
    offers |= {
        f"{crop} bought": {
            "supplier": "dealer",
            "material": crop,
            "price": f"{price} USD/t",
            "expected": {HARVEST: "1000 t/month"},
        }
        for crop, price in zip(crops, data["buy"], strict=True)
        if price
    }
    demand: dict[str, object] = {
        f"cattle: {crop}": {"site": "yard", "material": crop, "need": {HARVEST: f"{need} t/month"}, "firm": True}
        for crop, need in zip(crops, data["need"], strict=True)
        if need
    }
    sold = [
        ("wheat", MARKET, 170),
        ("corn", MARKET, 150),
        ("beets", data["quota"], 36),
        ("beets", MARKET, data["sell2"]),
    ]
    demand |= {
        f"market: {crop} at {price}": {
            "site": "yard",
            "material": crop,
            "need": {HARVEST: f"{most} t/month"},
            "shortage": {"unsold": {"cost": f"{price} USD/t"}},
        }
        for crop, most, price in sold
    }
    futures = {
        "good": {"probability": 1 / 3},
        **{
            name: {
                "probability": 1 / 3,
                "restrictions": {
                    "poor yield": {
                        "where": {"supplier": "farm"},
                        "from": HARVEST,
                        "until": f"{HARVEST}-{days}",
                        "seizes": True,
                    }
                },
            }
            for name, days in (("average", "05"), ("poor", "10"))
        },
    }
    scenario = {
        "title": "the farmer",
        "horizon": {"start": SOW, "periods": 2},
        "materials": {crop: {"unit": "t"} for crop in crops},
        "sites": {"yard": {"country": "Iowa"}},
        "suppliers": {
            "farm": {"country": "Iowa", "capacity": {SOW: f"{data['acres']} /month"}},
            "dealer": {"country": "Iowa"},
        },
        "offers": offers,
        "lanes": {
            "harvest": {"where": {"supplier": "farm"}, "site": "yard", "transit": "1 month"},
            "lorry": {"where": {"supplier": "dealer"}, "site": "yard"},
        },
        "stock": {crop: {"material": crop, "site": "yard", "end": {"value": FREE}} for crop in crops},
        "demand": demand,
        "futures": futures,
    }
    return scenario, float(sum(most * price for _, most, price in sold))


@pytest.fixture(scope="module")
def found() -> tuple[Value, float]:
    scenario, whole = farmer()
    return value(scenario, gap=1e-9), whole


def test_published_values(found: tuple[Value, float]) -> None:
    known = instance("stochastic_farmer", "farmer")
    courses, whole = found[0].courses.set_index("course")["expected_cost"], found[1]
    assert whole - courses[PLAN] == pytest.approx(known["published"], abs=known["tolerance"])
    assert whole - courses[KNOWN] == pytest.approx(known["also"]["wait_and_see"], abs=1)
    assert whole - courses[AVERAGE] == pytest.approx(known["also"]["eev"], abs=1)
    assert courses[PLAN] - courses[KNOWN] == pytest.approx(known["also"]["evpi"], abs=1)
    assert courses[AVERAGE] - courses[PLAN] == pytest.approx(known["also"]["vss"], abs=1)


def test_the_values_are_told(found: tuple[Value, float]) -> None:
    assert found[0].sentences[0].startswith("Knowing the future today would be worth up to 7,016 USD")
    assert found[0].sentences[1] == "Planning for the average of the futures would cost 1,150 USD more than the plan."
