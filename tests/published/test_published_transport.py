"""Transport of three products over limited links: AMPL book (Fourer, Gay & Kernighan), chapter 4, multi.mod."""

import pytest

from .build import FREE, instance, solve


def test_published_transport_with_link_limits():
    found = instance("transport_ampl_multi", "multi")
    data = found["data"]
    links = [(origin, site) for origin in data["orig"] for site in data["dest"]]
    plan = solve(
        1,
        materials={product: {} for product in data["prod"]},
        sites={site: {"country": "United States"} for site in data["dest"]},
        suppliers={origin: {"country": "United States"} for origin in data["orig"]},
        offers={
            f"{origin} {product}": {
                "supplier": origin,
                "material": product,
                "price": FREE,
                "nameplate": f"{supply} t/month",
            }
            for product in data["prod"]
            for origin, supply in zip(data["orig"], data["supply"][product], strict=True)
        },
        lanes={
            f"{origin} to {site}: {product}": {
                "where": {"offer": f"{origin} {product}"},
                "site": site,
                "freight": f"{data['vcost'][product][row][column]} USD/t",
            }
            for product in data["prod"]
            for row, origin in enumerate(data["orig"])
            for column, site in enumerate(data["dest"])
        },
        demand={
            f"{site} {product}": {"site": site, "material": product, "need": f"{need} t/month", "firm": True}
            for product in data["prod"]
            for site, need in zip(data["dest"], data["demand"][product], strict=True)
        },
        rules={
            f"{origin} to {site}": {
                "volume": {"of": {"supplier": origin, "site": site}, "at_most": f"{data['limit']} t"}
            }
            for origin, site in links
        },
    )
    assert plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
    carried = plan.supplier_mix.groupby(["supplier", "site"])["volume"].sum()
    assert carried.max() == pytest.approx(data["limit"])  # some links are full, none carries more
