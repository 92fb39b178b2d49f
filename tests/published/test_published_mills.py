"""Three products made at mills with shared hours, and shipped: AMPL book, chapter 4, steelP.mod."""

import pytest

from .build import instance, solve


def test_published_mills_with_shared_hours():
    found = instance("process_ampl_steelP", "steelP")
    data = found["data"]
    plan = solve(
        1,
        materials={product: {} for product in data["prod"]},
        sites={site: {"country": "United States"} for site in data["dest"]},
        suppliers={
            mill: {"country": "United States", "capacity": f"{hours} /month"}
            for mill, hours in zip(data["orig"], data["avail"], strict=True)
        },
        offers={
            f"{mill} {product}": {
                "supplier": mill,
                "material": product,
                "price": f"{data['make_cost'][product][row]} USD/t",
                "uses": f"{1 / data['rate'][product][row]} /t",  # rate is t per hour
            }
            for product in data["prod"]
            for row, mill in enumerate(data["orig"])
        },
        lanes={
            f"{mill} to {site}: {product}": {
                "where": {"offer": f"{mill} {product}"},
                "site": site,
                "freight": f"{data['vcost'][product][row][column]} USD/t",
            }
            for product in data["prod"]
            for row, mill in enumerate(data["orig"])
            for column, site in enumerate(data["dest"])
        },
        demand={
            f"{site} {product}": {"site": site, "material": product, "need": f"{need} t/month", "firm": True}
            for product in data["prod"]
            for site, need in zip(data["dest"], data["demand"][product], strict=True)
        },
    )
    assert plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
