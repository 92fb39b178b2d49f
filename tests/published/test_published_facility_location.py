"""Which suppliers to open: OR-Library cap41 to cap131 (Beasley 1988; Akinc & Khumawala), 50 sites."""

import pytest

from .build import FREE, instance, read, routes, solve


@pytest.mark.parametrize("name", ["cap41", "cap44", "cap71", "cap74", "cap101", "cap131"])
def test_published_facility_location(name):
    found = instance("facility_location_orlib", name)
    data = found["data"]
    base = read("facility_location_orlib")["bases"][data["base"]]
    suppliers = [f"warehouse {number}" for number in range(base["warehouses"])]
    sites = [f"customer {number}" for number in range(base["customers"])]
    fixed = [0 if number in base["zero_fixed"] else data["fixed_cost"] for number in range(base["warehouses"])]
    # alloc_cost is the cost of serving the whole need of a customer, so freight per tonne is alloc_cost / need.
    freight = [
        [costs[number] / need for costs, need in zip(base["alloc_cost"], base["demand"], strict=True)]
        for number in range(base["warehouses"])
    ]
    plan = solve(
        1,
        materials={"goods": {}},
        sites={site: {"country": "United Kingdom"} for site in sites},
        suppliers={supplier: {"country": "United Kingdom"} for supplier in suppliers},
        offers={
            supplier: {
                "supplier": supplier,
                "material": "goods",
                "price": FREE,
                "nameplate": f"{data['capacity']} t/month",
                "qualification": {"cost": f"{cost} USD", "time": "0 days", "decide": "now"},
            }
            for supplier, cost in zip(suppliers, fixed, strict=True)
        },
        lanes=routes(suppliers, sites, freight),
        demand={
            site: {"site": site, "material": "goods", "need": f"{need} t/month", "firm": True}
            for site, need in zip(sites, base["demand"], strict=True)
        },
    )
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
