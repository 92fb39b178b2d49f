"""Two canneries, three markets: Dantzig, Linear Programming and Extensions, 1963, chapter 3.3; GAMS trnsport."""

import pytest

from .build import FREE, instance, routes, solve


def test_published_trnsport():
    found = instance("gams_small_lp", "trnsport")
    data = found["data"]
    suppliers, sites = ["Seattle", "San Diego"], ["New York", "Chicago", "Topeka"]
    plan = solve(
        1,
        materials={"cases": {}},
        sites={site: {"country": "United States"} for site in sites},
        suppliers={supplier: {"country": "United States"} for supplier in suppliers},
        offers={
            supplier: {"supplier": supplier, "material": "cases", "price": FREE, "nameplate": f"{supply} t/month"}
            for supplier, supply in zip(suppliers, data["supply"], strict=True)
        },
        lanes=routes(suppliers, sites, data["cost"]),
        demand={
            site: {"site": site, "material": "cases", "need": f"{need} t/month", "firm": True}
            for site, need in zip(sites, data["demand"], strict=True)
        },
    )
    assert plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
