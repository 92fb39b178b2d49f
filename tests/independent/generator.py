"""Random small scenarios: two futures, and some of all that buying, shipping, stocking and risk may have.

Every quantity is written in one unit (t, USD/t, months, days, %), every period is a month from January 2027 on, so that
`statement.py` can read them without knowing how sourcing does.
"""

import random
from typing import Any

COUNTRIES = {"china": "China", "lynas": "Malaysia", "mine": "Australia"}
Part = dict[str, Any]


def some(rng: random.Random, likely: float, parts: Part) -> Part:
    """Each of the parts or not."""
    return {key: value for key, value in parts.items() if rng.random() < likely}


def month(number: int, day: int | None = None) -> str:
    """The name of a month of the plan, or of a day in it."""
    name = f"{2027 + number // 12}-{number % 12 + 1:02d}"
    return name if day is None else f"{name}-{day:02d}"


def offer(rng: random.Random, supplier: str, material: str) -> Part:
    made: Part = {"supplier": supplier, "material": material, "price": f"{rng.randint(100, 900)} USD/t"}
    most = rng.randint(5, 25)
    if rng.random() < 0.85:
        made["nameplate"] = f"{most} t/month"
    made |= some(rng, 0.35, {
        "to_border": f"{rng.randint(1, 2)} months",
        "deposit": f"{rng.randint(5, 60)} %",
        "yield": f"{rng.randint(70, 99)} %",
        "minimum_order": f"{rng.randint(1, most // 4)} t",
        "order_cost": f"{rng.randint(50, 3000)} USD",
        "spot_share": f"{rng.randint(45, 90)} %",
        "committed": f"{rng.randint(1, 2)} t/month",
    })  # fmt: skip
    if rng.random() < 0.2:
        price = float(made["price"].split()[0])
        steps = {"some": (rng.randint(2, 5), 0.9), "many": (rng.randint(6, 9), 0.75)}
        made["tiers"] = {name: {"above": f"{above} t", "price": f"{price * share} USD/t"}
                         for name, (above, share) in list(steps.items())[: rng.randint(1, 2)]}  # fmt: skip
        made["tier_kind"] = rng.choice(["all units", "incremental"])
    if "nameplate" not in made:
        made.pop("committed", None)
        made["licensable"] = f"{most} t/month"
    if supplier == "china":
        made["licensable"] = f"{rng.randint(2, 15)} t/month"
    elif rng.random() < 0.4:
        made["china_link"] = {"value": f"{rng.randint(10, 100)} %", "buffer": f"{rng.randint(0, 2)} months"}
    if rng.random() < 0.2:
        made["qualification"] = {
            "cost": f"{rng.randint(100, 5000)} USD", "time": f"{rng.randint(0, 2)} months",
            "decide": rng.choice(["now", "any"]),
        } | some(rng, 0.5, {"life": "2 years"})  # fmt: skip
    return made


def contract(rng: random.Random, name: str, periods: int) -> Part:
    low = rng.randint(0, 4)
    formula: Part = {"times": 0.8} | some(rng, 0.5, {"plus": "20 USD/t", "floor": "250 USD/t", "cap": "600 USD/t"})
    return {
        "offer": name,
        "volume": {"at_least": f"{low} t/month", "at_most": f"{low + rng.randint(1, 5)} t/month"},
        "take_or_pay": f"{rng.choice([0, 50, 90])} %",
        "price": rng.choice([formula, f"{rng.randint(100, 800)} USD/t"]),
        "signed": rng.random() < 0.3,
        "signing_cost": f"{rng.randint(0, 900)} USD",
    } | some(rng, 0.4, {"shortfall_charge": "60 %", "until": month(rng.randint(0, periods - 1)),
                        "life": "3 years"})  # fmt: skip


def restriction(rng: random.Random, periods: int, always: bool) -> Part:
    """A measure on China's offers, from some day on; or one that holds throughout."""
    made: Part = {"where": {"origin": "China"}}
    effects = some(rng, 0.45, {
        "approval": f"{rng.choice([0, 0, 30, 50, 80])} %",
        "delay": f"{rng.randint(1, 2)} months",
        "price": rng.choice([0.8, 1.5, 2]),
        "capacity": rng.choice([0, 0.5, 1.2]),
        "price_elsewhere": rng.choice([1.3, 1.8]),
        "capacity_elsewhere": rng.choice([0.5, 0.8]),
        "seizes": True,
    })  # fmt: skip
    made |= effects or {"approval": "0 %"}
    if not always:
        begins = rng.randint(0, periods - 1)
        made["from"] = month(begins, rng.choice([None, None, 11, 16]))
        if rng.random() < 0.5:
            made["until"] = month(rng.randint(begins, periods), rng.choice([None, 20]))
        if rng.random() < 0.3:
            made["announced"] = month(rng.randint(0, begins))
        made["links"] = rng.random() < 0.5
    return made | some(rng, 0.2, {"targets": ["Japan"]})


def stock(rng: random.Random, material: str, site: str) -> Part:
    cover: Part = {"days": f"{rng.randint(5, 70)} days", "shortfall_cost": f"{rng.randint(10, 90)} USD/t/month"}
    end: Part = some(rng, 0.5, {"value": f"{rng.choice([50, 90, 300, 800])} USD/t"})
    end |= {"days": f"{rng.randint(5, 50)} days", "shortfall_cost": f"{rng.randint(50, 600)} USD/t"}
    return {"material": material, "site": site, "holding": f"{rng.randint(0, 12)} USD/t/month"} | some(
        rng, 0.4, {"storage": f"{rng.randint(40, 90)} t",
                   "cover": cover | some(rng, 0.4, {"release": {"restriction": "ban"}}), "end": end}
    )  # fmt: skip


def open_orders(rng: random.Random, offers: Part, sites: list[str]) -> Part:
    made: Part = {}
    for state in ("transit", "making", "waiting"):
        if rng.random() < 0.25:
            made[state] = {"offer": rng.choice(sorted(offers)), "site": rng.choice(sites), "state": state,
                           "quantity": f"{rng.randint(1, 8)} t"}  # fmt: skip
            if state != "waiting" and rng.random() < 0.6:
                made[state]["date"] = month(rng.randint(0, 2))
    return made


def futures(rng: random.Random, periods: int, offers: Part) -> Part:
    odds = rng.choice([10, 30, 50])
    bad: Part = {"restrictions": {"ban": restriction(rng, periods, always=False)}}
    if rng.random() < 0.4:
        bad["changes"] = {"growth": {"where": {"material": "dy"}, "field": "need", "times": rng.choice([0.7, 1.4]),
                                     "from": month(rng.randint(0, periods - 1), rng.choice([None, 11]))}}  # fmt: skip
    if rng.random() < 0.2:
        bad["signals"] = {month(rng.randint(0, periods - 1)): "envoys recalled"}
    if rng.random() < 0.25:
        bad.setdefault("changes", {})["start"] = {
            "where": {"offer": rng.choice(sorted(offers))}, "field": "available",
            "to": f"{rng.randint(1, 20)} t/month", "from": month(rng.randint(0, periods - 1), rng.choice([None, 11])),
        }  # fmt: skip
    return {"as now": {"probability": f"{100 - odds} %"}, "bad": {"probability": f"{odds} %", **bad}}


def rules(rng: random.Random, offers: Part, sites: list[str]) -> Part:
    """Shares and volumes. What is limited is China's or a site's, what is asked for someone's who sells everything."""
    sold = {(one["supplier"], one["material"]) for one in offers.values()}
    materials = {material for _, material in sold}
    everything = sorted(name for name in COUNTRIES if all((name, material) in sold for material in materials))
    seller = rng.choice(everything)
    over = rng.choice(["horizon", "year", "period"])
    share: Part = {"basis": rng.choice(["arrivals", "spend"]), "over": over} | some(
        rng, 0.3, {"each": rng.choice(["material", "site"]), "within": {"material": "dy"}}
    )
    made = {
        "mix": {"share": {"of": {"origin": "China"}, "at_most": f"{rng.randint(50, 90)} %", **share}},
        "home": {"share": {"of": {"supplier": seller}, "at_least": f"{rng.randint(5, 45)} %", **share}},
        "harbour": {"volume": {"of": {"site": sites[0]}, "over": "period", "at_most": f"{rng.randint(8, 20)} t/month"}},
        "money": {"budget": {"over": rng.choice(["horizon", "period"]), "at_most": f"{rng.randint(500, 50000)} USD"}},
        "few": {"count": {"of": {"material": "dy"}, "at_most": rng.randint(1, 2)}},
        "several": {"count": {"of": {"material": "dy"}, "at_least": 2, "each_at_least": f"{rng.randint(5, 45)} %"}},
        "steady": {"volume": {"of": {"supplier": seller}, "over": "horizon", "at_least": f"{rng.randint(1, 6)} t"}},
    }
    if len(everything) < 2:
        del made["mix"], made["several"]
    return some(rng, 0.3, made) or {"harbour": made["harbour"]}


def scenario(seed: int, with_rules: bool = False, beyond: bool = False) -> Part:
    """A scenario that has a plan, but for rules that leave none: shortage is dear and not forbidden.

    beyond: whether the program looks past the end of the plan.

    Where an offer has no limit, what is left is worth less than any price: else the plan buys without end.
    """
    made = _scenario(seed)
    if any("nameplate" not in one for one in made["offers"].values()):
        for part in made["stock"].values():
            if "value" in part.get("end", {}):
                part["end"]["value"] = "50 USD/t"
    if with_rules:
        rng = random.Random(f"rules {seed}")
        made["rules"] = rules(rng, made["offers"], list(made["sites"]))
    if beyond:
        made["horizon"]["beyond"] = random.Random(f"beyond {seed}").randint(1, 3)
    return made


def _scenario(seed: int) -> Part:
    rng = random.Random(seed)
    sites = ["japan", "korea"][: rng.choice([1, 1, 2])]
    materials = ["dy", "tb"][: rng.choice([1, 1, 2])]
    periods = rng.randint(2, 6 - 2 * (len(sites) + len(materials) == 4))  # more takes a solver long at a gap of nothing
    offers = {
        f"{supplier} {material}": offer(rng, supplier, material)
        for material in materials
        for supplier in COUNTRIES
        if supplier == "china" or rng.random() < 0.6
    }
    demand = {
        f"{material} {site}": {
            "material": material, "site": site, "need": f"{rng.randint(4, 20)} t/month",
            "shortage": rng.choice([
                {"stop": {"cost": "4000 USD/t"}},
                {"lost": {"share": "30 %", "cost": f"{rng.randint(300, 1500)} USD/t"}, "stop": {"cost": "3000 USD/t"}},
            ]),
        }
        for material in materials for site in sites
    }  # fmt: skip
    return {
        "title": f"independent {seed}",
        "horizon": {"start": "2027-01", "periods": periods},
        "discount": rng.choice(["0 %/year", "8 %/year"]),
        "risk": {"tail": rng.choice([0.05, 0.2, 0.5, 1]), "weight": rng.choice([0, 0.3, 0.7])},
        "materials": {material: {"unit": "t"} for material in materials},
        "sites": {site: {"country": {"japan": "Japan", "korea": "South Korea"}[site]} for site in sites},
        "suppliers": {name: {"country": country} for name, country in COUNTRIES.items()},
        "offers": offers,
        "lanes": {
            site: {"where": {"material": materials}, "site": site, "freight": rng.choice(["4 %", "15 USD/t"]),
                   "duty": rng.choice(["0 %", "3 %"]), "transit": f"{rng.randint(0, 2)} months"}
            for site in sites
        },
        "contracts": {f"long {name}": contract(rng, name, periods) for name in offers if rng.random() < 0.3},
        "stock": {f"{m} {site}": stock(rng, m, site) for m in materials for site in sites if rng.random() < 0.8},
        "opening_stock": {
            f"{m} {site}": {"material": m, "site": site, "quantity": f"{rng.randint(0, 30)} t"}
            for m in materials for site in sites
        },
        "open_orders": open_orders(rng, offers, sites),
        "demand": demand,
        "restrictions": {"licensing": restriction(rng, periods, always=True)} if rng.random() < 0.3 else {},
        "futures": futures(rng, periods, offers),
    }  # fmt: skip
