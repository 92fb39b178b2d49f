"""Every example solves, and says what its comment says it does: facts with a margin, never a tie."""

import math

import numpy as np
import pandas as pd
import pytest

import sourcing
from sourcing import Plan
from sourcing.futures.effects import effects
from sourcing.pipeline.source import prepare
from sourcing.sampling.licence_rates import LicenceCounts, fitted
from tests.checkout import EXAMPLES

PLANS: dict[str, Plan] = {}


def plan(name: str) -> Plan:
    """The plan of an example, solved once."""
    if name not in PLANS:
        PLANS[name] = sourcing.solve(EXAMPLES / f"{name}.yaml")
    return PLANS[name]


def decision(found: Plan, contract: str) -> str:
    return str(found.contracts.set_index("contract").loc[contract, "decision"])


def days(found: Plan, material: str, future: str) -> list[float]:
    stock = found.stockpile
    return list(stock[(stock["material"] == material) & (stock["future"] == future)]["days_of_cover"])


def arrived(found: Plan, offer: str, future: str) -> float:
    rows = found.arrivals
    return float(rows[(rows["offer"] == offer) & (rows["future"] == future)]["quantity"].sum())


def missing(found: Plan, demand: str, future: str) -> float:
    """Share of a need that is not served in a future, whether it is made do without or not."""
    assert found.document is not None
    need = next(entry.need for entry in prepare(found.document).demands if entry.name == demand)
    rows = found.shortage[(found.shortage["demand"] == demand) & (found.shortage["future"] == future)]
    return float(rows["quantity"].sum() / need[: found.stockpile["period"].nunique()].sum())


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.yaml")))
def test_every_example_is_proven_and_beats_what_is_done_today(name: str) -> None:
    found = plan(name)
    assert found.status == "optimal"
    assert found.gap <= 1e-4
    assert found.bound <= found.cost * (1 + 1e-9)
    compared = found.baseline.set_index(["subject", "measure"])
    weight = sourcing.load(EXAMPLES / f"{name}.yaml").risk.weight
    row = compared.loc[("cost", "worst" if weight == 1 else "expected")]
    assert row["plan"] < row["baseline"]
    assert found.supplier_mix.groupby("material")["share"].sum().to_numpy() == pytest.approx(1.0)


class TestJapanHeavyRareEarths:
    """Stock, Lynas and thrift carry the heavies; NdPr is held, and drawn down in the ban and not before."""

    def test_what_lynas_has_left_is_signed_terbium_of_every_date(self) -> None:
        found = plan("japan_heavy_rare_earths")
        assert decision(found, "lynas dy offtake") == "sign"
        for name in ("lynas tb offtake", "lynas tb offtake from July 2027", "lynas tb offtake from 2028"):
            assert decision(found, name) == "sign"

    def test_nobody_is_qualified_now_and_terbium_is_prepared_for_what_comes_after(self) -> None:
        rows = plan("japan_heavy_rare_earths").qualifications
        assert rows["start"].min() > "2027-01"
        assert {"caremag tb", "iluka tb"} <= set(rows.loc[rows["arrives_after_plan"] == 1, "offer"])

    def test_ndpr_is_held_about_45_days_and_used_up_in_the_ban_only(self) -> None:
        found = plan("japan_heavy_rare_earths")
        calm, ban = days(found, "ndpr-oxide", "as now"), days(found, "ndpr-oxide", "full ban")
        assert sorted(calm[1:15])[7] == pytest.approx(45, rel=0.1)
        assert min(calm[1:15]) > 40
        assert max(ban[:8]) > 140
        assert min(ban[8:]) < 10
        assert min(ban[:4]) > 40  # the ban begins in period 4

    def test_magnet_making_goes_on_while_the_halt_lasts_and_loses_its_cheap_steps_in_a_ban(self) -> None:
        found = plan("japan_heavy_rare_earths")
        assert missing(found, "high-temperature magnet making", "as now") < 0.03
        assert missing(found, "high-temperature magnet making", "full ban") == pytest.approx(0.2, abs=0.01)
        assert missing(found, "imported high-temperature magnets", "as now") == pytest.approx(0.54, abs=0.05)

    def test_the_stock_of_heavies_lasts_a_year_in_the_halt(self) -> None:
        found = plan("japan_heavy_rare_earths")
        dysprosium = days(found, "dysprosium-oxide", "as now")
        assert dysprosium[0] == pytest.approx(157, abs=5)
        assert min(dysprosium[:10]) > 5
        assert max(dysprosium[14:]) < 10

    def test_the_halt_lets_a_twentieth_of_the_normal_take_through(self) -> None:
        """5 % (licensing/lic-014) of a normal take of 100 t a year for 18 months are 7.5 t, less a month of transit."""
        found = plan("japan_heavy_rare_earths")
        halted = sum(arrived(found, offer, "as now") for offer in ("south dy", "south dy from Myanmar feed"))
        assert halted == pytest.approx(7.1, abs=0.5)

    def test_what_arrives_after_the_plan_is_told_as_that(self) -> None:
        """Caremag and Iluka sell heavies from 2028 on: nothing ordered then arrives by June."""
        found = plan("japan_heavy_rare_earths")
        late = found.supplier_mix.set_index("offer").loc[["caremag tb", "iluka tb"]]
        assert late["volume"].max() == 0
        assert late["purchased"].min() > 1
        told = [line for line in found.advice if line.startswith("Prepare to qualify Iluka")]
        assert told
        assert told[0].endswith("arrives after 2028-06, for the needs of the 12 months beyond the plan.")

    def test_what_the_rule_costs(self) -> None:
        """At 60 % Lynas oxide of the ban is paid for and may not be taken."""
        path, rule = EXAMPLES / "japan_heavy_rare_earths.yaml", "rules.'no single country'.share.at_most"
        free, tight = (sourcing.solve(path, overrides=(f"{rule}={share}",)) for share in (1.0, 0.6))
        found = plan("japan_heavy_rare_earths")
        assert found.cost - free.cost == pytest.approx(17e6, abs=2e6)
        assert tight.cost - found.cost == pytest.approx(160e6, rel=0.05)
        paid = tight.costs.set_index(["kind", "future"])["charge"]
        assert paid["take-or-pay", "full ban"] == pytest.approx(187e6, rel=0.05)

    def test_no_country_has_more_than_its_share(self) -> None:
        """80 % of separated oxides in every future, counted in tonnes."""
        found = plan("japan_heavy_rare_earths")
        rows = found.arrivals[found.arrivals["material"].str.endswith("oxide")]
        shares = rows.groupby(["future", "country"])["quantity"].sum() / rows.groupby("future")["quantity"].sum()
        assert shares.max() <= 0.8 + 1e-6


class TestMagnetMaker:
    """A company: its own files stand for the fair share of the nation's."""

    def test_its_own_stock_and_orders_count(self) -> None:
        found = plan("magnet_maker")
        opening = {"ndpr-oxide": 37.0, "dysprosium-oxide": 3.1, "terbium-oxide": 0.62}  # usable tonnes of the file
        first = found.arrivals[(found.arrivals["period"] == "2027-01") & (found.arrivals["offer"] == "lynas ndpr")]
        assert first["quantity"].to_numpy() == pytest.approx(21.0)  # PO-1041, in transit
        scenario = sourcing.load(EXAMPLES / "magnet_maker.yaml")
        held = {entry.material: 0.0 for entry in scenario.opening_stock.values() if entry.own}
        for entry in scenario.opening_stock.values():
            if entry.own and entry.status == "usable":
                held[entry.material] += entry.quantity.measure.number / 1000
        assert held == pytest.approx(opening)

    def test_the_offer_on_the_table_is_taken_and_the_signed_contract_called(self) -> None:
        rows = plan("magnet_maker").contracts.set_index("contract")
        assert rows.loc["lynas tb on the table", "decision"] == "sign"
        # 80 % of 3 t a year is due each contract year; what more is needed costs the same 450 USD/kg without contract.
        assert rows.loc["our lynas contract", "taken"] == pytest.approx(3.1, rel=0.1)
        orders = plan("magnet_maker").orders
        prices = orders[(orders["offer"] == "lynas dy") & (orders["future"] == "as now")].groupby("how")["price"].max()
        assert prices.to_numpy() == pytest.approx(450_000)
        assert len(prices) == 2

    def test_a_ban_takes_the_ndpr_reserve_and_nothing_else_does(self) -> None:
        found = plan("magnet_maker")
        assert min(days(found, "ndpr-oxide", "as now")[1:]) == pytest.approx(45, rel=0.1)
        assert max(days(found, "ndpr-oxide", "full ban")[:10]) > 150
        assert min(days(found, "ndpr-oxide", "full ban")) < 32

    def test_terbium_runs_out_in_summer_and_a_third_of_high_temperature_magnets_is_not_made(self) -> None:
        found = plan("magnet_maker")
        assert max(days(found, "terbium-oxide", "as now")[6:]) < 3
        assert min(days(found, "dysprosium-oxide", "as now")[:8]) > 30
        assert missing(found, "high-temperature magnet making", "as now") == pytest.approx(0.32, abs=0.03)


class TestBayanObo:
    """One mine: NdPr is held against its stop, heavies are not touched by it."""

    def test_ndpr_is_brought_to_some_110_days_and_never_short(self) -> None:
        found = plan("bayan_obo")
        assert days(found, "ndpr-oxide", "stops")[7] == pytest.approx(110, rel=0.1)
        assert days(found, "ndfeb-magnet-hrefree", "stops")[8] == pytest.approx(96, rel=0.1)
        assert share(found, "ndpr-oxide", offer="lynas ndpr") == pytest.approx(0.83, abs=0.03)
        assert missing(found, "standard magnet making", "stops") < 0.01

    def test_it_is_held_because_oxide_elsewhere_becomes_dearer(self) -> None:
        found = sourcing.solve(
            EXAMPLES / "bayan_obo.yaml", overrides=("futures.stops.restrictions.'mine stops'.price_elsewhere=1",)
        )
        assert max(days(found, "ndpr-oxide", "stops")[:12]) < 65
        assert missing(found, "standard magnet making", "stops") < 0.01

    def test_narva_and_terbium_are_prepared_for_what_comes_after(self) -> None:
        found = plan("bayan_obo")
        rows = found.qualifications.set_index("offer")
        assert set(rows.index[rows["arrives_after_plan"] == 1]) == {
            "narva high-temperature magnets",
            "caremag tb",
            "iluka tb",
        }
        assert share(found, "terbium-oxide", offer="iluka tb") == 0

    def test_heavies_are_the_same_in_both_futures(self) -> None:
        found = plan("bayan_obo")
        demand = "high-temperature magnet making"
        assert missing(found, demand, "runs") == pytest.approx(missing(found, demand, "stops"), abs=0.02)
        assert days(found, "dysprosium-oxide", "runs") == pytest.approx(days(found, "dysprosium-oxide", "stops"), abs=1)


class TestIndependentRisks:
    """Two risks make four futures; the worst is slow permits, whatever the border does."""

    def test_the_product_of_the_risks(self) -> None:
        futures = plan("independent_risks").futures.set_index("future")["probability"]
        assert futures.to_dict() == pytest.approx(
            {
                "slow for good + open": 0.42,
                "slow for good + closed": 0.18,
                "normal by summer + open": 0.28,
                "normal by summer + closed": 0.12,
            }
        )

    def test_slow_permits_cost_far_more_than_a_closed_border(self) -> None:
        cost = plan("independent_risks").futures.set_index("future")["cost"]
        permits = cost["slow for good + open"] - cost["normal by summer + open"]
        border = cost["slow for good + closed"] - cost["slow for good + open"]
        assert permits > 5 * border > 0

    def test_terbium_of_july_is_signed_and_iluka_for_the_end(self) -> None:
        """Terbium is what runs out; Iluka brings nothing within the plan, and 45 days are wanted at its end."""
        contracts = plan("independent_risks").contracts.set_index("contract")
        assert contracts.loc["lynas tb offtake from July 2027", "volume"] == pytest.approx(2.5, rel=0.02)
        assert contracts.loc["iluka dy offtake", "decision"] == "sign"
        assert share(plan("independent_risks"), "dysprosium-oxide", offer="iluka dy") == 0

    def test_the_budget_holds_in_every_future(self) -> None:
        found = plan("independent_risks")
        paid = found.costs[found.costs["kind"].isin(["purchases", "contract purchases", "freight", "duty"])]
        assert paid.groupby("future")["cash"].sum().max() < 1.25 * 1200e6  # fifteen months of a yearly 1200 million


def share(found: Plan, material: str, **where: str) -> float:
    """Share of one country or offer in what is bought of a material, expected over futures."""
    mix = found.supplier_mix[found.supplier_mix["material"] == material]
    ((column, name),) = where.items()
    return float(mix[mix[column] == name]["share"].sum())


class TestUnitedStatesGalliumGermanium:
    """The ban is not in force at the start; if it returns, what can give up does, and defence gets its need."""

    def test_two_sources_of_gallium_are_qualified_now(self) -> None:
        found = plan("united_states_gallium_germanium")
        now = found.qualifications[found.qualifications["start"] == "2027-01"]
        assert {"metlen gallium", "gramercy gallium"} <= set(now["offer"])
        assert decision(found, "metlen gallium offtake") == "sign"

    def test_their_first_gallium_comes_in_2028_and_is_worth_more_than_it_costs(self) -> None:
        found = plan("united_states_gallium_germanium")
        came = found.arrivals[found.arrivals["quantity"] > 1].groupby("offer")["period"].min()
        assert (came["metlen gallium"], came["gramercy gallium"]) == ("2028-02", "2028-04")
        rows = found.prices[(found.prices["thing"] == "gallium @ usa") & (found.prices["period"] == "2027-03")]
        assert rows["price"].to_numpy() == pytest.approx(2 * 2269, rel=0.15)
        assert rows["high"].to_numpy() > 4 * 2269

    def test_nothing_comes_from_china_once_the_ban_is_back(self) -> None:
        """From April on nothing leaves; what is past the border arrives within two months more."""
        rows = plan("united_states_gallium_germanium").arrivals
        late = rows[(rows["future"] == "ban returns") & (rows["period"] >= "2027-07") & (rows["country"] == "China")]
        banned = late[late["material"].isin(["gallium", "germanium", "antimony"])]
        assert banned["quantity"].sum() < 1e-6
        assert late["quantity"].sum() > 1000  # anode, magnets and others go on

    def test_civil_users_give_up_and_defence_does_not(self) -> None:
        found = plan("united_states_gallium_germanium")
        assert 0.10 < missing(found, "gallium for chips and lamps", "ban returns") < 0.30  # lamps, wafers bought abroad
        assert 0.15 < missing(found, "germanium for fibre and optics", "ban returns") < 0.35
        assert missing(found, "gallium for chips and lamps", "suspension renewed") < 0.03
        for metal in ("gallium for defence", "germanium for defence", "antimony for ammunition"):
            assert missing(found, metal, "ban returns") < 1e-6

    def test_germanium_is_held_and_used_up_in_the_ban_only(self) -> None:
        found = plan("united_states_gallium_germanium")
        assert min(days(found, "germanium", "suspension renewed")[1:15]) > 40
        assert max(days(found, "antimony", "ban returns")[1:6]) > 55
        assert min(days(found, "germanium", "ban returns")) < 5


class TestUnitedStatesMagnets:
    """China stays first where it may; what licences hold back comes from Fort Worth, and new sources are qualified."""

    def test_china_has_half_of_high_temperature_and_three_fifths_of_all(self) -> None:
        found = plan("united_states_magnets")
        assert share(found, "ndfeb-magnet", country="China") == pytest.approx(0.5, abs=0.06)
        rows = found.arrivals[found.arrivals["material"].isin(["ndfeb-magnet", "ndfeb-magnet-hrefree"])]
        chinese = rows[rows["country"] == "China"].groupby("future")["quantity"].sum()
        shares = chinese / rows.groupby("future")["quantity"].sum()
        assert shares[["as now", "general licences"]].to_list() == pytest.approx([0.61, 0.65], abs=0.03)
        assert shares["rules of October 2025 return"] == pytest.approx(0.59, abs=0.03)  # standard grades go on

    def test_oxides_are_qualified_elsewhere_now_and_standard_magnets_are_not(self) -> None:
        """Announcement 61 lists no magnets without heavy rare earths: nothing threatens the standard grade."""
        rows = plan("united_states_magnets").qualifications
        now = set(rows[rows["start"] == "2027-01"]["offer"])
        assert {"serra verde tb", "lynas sm"} <= now
        assert not {"narva standard magnets", "mp standard magnets"} & now

    def test_a_fifth_of_high_temperature_grades_is_missing_if_the_rules_return(self) -> None:
        found, back = plan("united_states_magnets"), "rules of October 2025 return"
        assert missing(found, "high-temperature magnets", back) == pytest.approx(0.23, abs=0.04)
        assert missing(found, "high-temperature magnets", "as now") < 0.03
        assert missing(found, "standard magnets", back) < 1e-6
        for grade in ("standard magnets", "high-temperature magnets"):
            assert missing(found, f"{grade} for defence", back) < 1e-6

    def test_heavy_oxides_are_short_unless_licences_come(self) -> None:
        found = plan("united_states_magnets")
        assert decision(found, "lynas dy offtake") == "sign"
        oxides = "high-temperature magnet making"
        assert missing(found, oxides, "as now") > 0.2 > missing(found, oxides, "general licences")
        rows = found.shortage[(found.shortage["demand"] == oxides) & (found.shortage["quantity"] > 1)]
        last = rows.groupby("future")["period"].max()
        assert last["general licences"] == "2027-07"
        assert last["as now"] == "2028-04"
        came = found.arrivals[(found.arrivals["future"] == "as now") & (found.arrivals["period"] < "2028")]
        heavies = (
            came[came["material"].isin(["dysprosium-oxide", "terbium-oxide"])].groupby("country")["quantity"].sum()
        )
        assert heavies["Malaysia"] + heavies["Brazil"] == pytest.approx(7, abs=0.7)
        assert heavies["China"] == pytest.approx(7, abs=0.7)
        assert missing(found, "samarium for defence", "as now") == pytest.approx(0.36, abs=0.1)


class TestCobaltAndNickel:
    """Shares of today's trade; stock is brought up ahead of what may come, and what can give up does."""

    def test_cobalt_and_nickel_come_from_where_they_come_today(self) -> None:
        """Imports by origin x what is not recycled: Norway 26 % x 79 % = 21 %; nickel 44 % Canada, 11 % Norway."""
        found = plan("cobalt_and_nickel")
        assert share(found, "cobalt", country="Norway") == pytest.approx(0.21, abs=0.03)
        assert share(found, "cobalt", offer="recycled cobalt") == pytest.approx(0.21, abs=0.03)
        assert share(found, "nickel-class1", country="Canada") == pytest.approx(0.44, abs=0.04)
        assert share(found, "nickel-class1", country="Norway") == pytest.approx(0.11, abs=0.02)

    def test_stock_is_brought_up_before_and_used_up_if_it_happens(self) -> None:
        found = plan("cobalt_and_nickel")
        assert max(days(found, "cobalt", "quota halved + ore as now")[:7]) > 55
        assert min(days(found, "cobalt", "quota halved + ore as now")) < 5
        assert min(days(found, "cobalt", "quota as now + ore as now")) > 40
        assert max(days(found, "nickel-class1", "quota as now + ore cut")[:10]) > 75

    def test_what_can_be_replaced_gives_way_and_nothing_else(self) -> None:
        found = plan("cobalt_and_nickel")
        halved = "quota halved + ore cut"
        assert missing(found, "cobalt for chemicals and tools", halved) == pytest.approx(0.31, abs=0.09)
        assert missing(found, "nickel for alloys and plating", halved) == pytest.approx(0.13, abs=0.06)
        for need in ("cobalt for batteries", "cobalt for defence", "nickel for defence and engines"):
            assert missing(found, need, halved) < 1e-6


class TestJapanDecember2025:
    """As it stood: orders go ahead of a slowing that is feared, Lynas is signed, NdPr is not hoarded."""

    def test_nothing_announced_later_is_in_it(self) -> None:
        found = plan("japan_december_2025")
        assert found.questions == ()  # no switch is past
        named = {name for cell in found.border["regimes"] for name in cell.split("; ")}
        assert "cn-2025-04-heavy-licensing" in named
        assert not [name for name in named if name.startswith("cn-2026")]
        assert any("observed halt was announced after 2025-12" in line for line in found.unkept)

    def test_the_first_order_is_a_third_above_the_normal_take(self) -> None:
        """Domestic clay and Myanmar feed: 47 and 53 t a year are 8.3 t a month."""
        rows = plan("japan_december_2025").orders
        first = rows[(rows["period"] == "2026-01") & (rows["future"] == "permits flow")]
        ordered = first[first["offer"].isin(["south dy", "south dy from Myanmar feed"])]["quantity"].sum()
        assert ordered / (100 / 12) == pytest.approx(1.32, rel=0.05)
        assert set(first[first["offer"] == "south dy"]["price"].round(6)) == {287_000}  # USD/t, of 26 December 2025

    def test_both_heavy_contracts_are_signed(self) -> None:
        found = plan("japan_december_2025")
        assert decision(found, "lynas dy offtake") == decision(found, "lynas tb offtake") == "sign"
        assert decision(found, "mountain pass offtake") == "do not sign"

    def test_ndpr_is_held_at_45_days_whatever_comes(self) -> None:
        found = plan("japan_december_2025")
        for future in ("permits flow", "permits slow", "ban for Japan"):
            held = days(found, "ndpr-oxide", future)
            assert min(held) > 44
            assert max(held) < 72
            assert held[4:] == pytest.approx([45] * 14, abs=1)

    def test_a_slowing_is_bridged_and_a_ban_costs_the_cheap_steps(self) -> None:
        found, demand = plan("japan_december_2025"), "high-temperature magnet making"
        short = [missing(found, demand, future) for future in ("permits flow", "permits slow", "ban for Japan")]
        assert max(short[:2]) < 0.02
        assert short[2] == pytest.approx(0.126, abs=0.02)
        imported = [
            missing(found, "imported high-temperature magnets", future) for future in ("permits slow", "ban for Japan")
        ]
        assert imported == pytest.approx([0.155, 0.5], abs=0.04)


class TestJapanMinorMetals:
    """A scope of five materials: what Japan has itself carries it; where nothing is made outside China, users stop."""

    NAME = "japan_minor_metals"

    def test_it_is_about_five_materials_of_sixteen(self) -> None:
        asked = {"gallium", "germanium", "antimony", "tungsten", "yttrium-oxide"}
        assert set(plan(self.NAME).supplier_mix["material"]) == asked
        assert not [text for text in plan(self.NAME).assumptions if "dysprosium" in text]

    def test_gallium_is_scrap_first_and_pavlodar_is_qualified_now(self) -> None:
        """Recycling of 100 t for a need of 160 t, of which China sold 24 t before: the plan leans on Japan itself."""
        found = plan(self.NAME)
        rows = found.qualifications
        assert set(rows[rows["start"] == "2027-01"]["offer"]) == {"pavlodar gallium"}
        assert share(found, "gallium", country="Japan") == pytest.approx(0.7, abs=0.06)
        assert share(found, "gallium", country="China") < 0.12
        assert missing(found, "gallium for chips and lamps", "nothing leaves") == pytest.approx(0.12, abs=0.04)
        assert missing(found, "gallium for magnets", "nothing leaves") < 0.01

    def test_metal_outside_china_costs_what_the_data_say(self) -> None:
        """6150 against 2674 USD/kg (prices/prc-0303, prc-0304); from May 30 % more elsewhere where nothing leaves."""
        orders = plan(self.NAME).orders
        paid = {key: set(rows["price"].round(6)) for key, rows in orders.groupby(["offer", "future"])}
        assert paid["chinese germanium metal", "as now"] == {2674}
        assert paid["umicore germanium", "as now"] == {6150}
        assert paid["umicore germanium", "nothing leaves"] == {6150, 7995}

    def test_what_nobody_else_makes_is_short_as_long_as_the_halt_lasts(self) -> None:
        found = plan(self.NAME)
        for future in ("as now", "nothing leaves"):
            assert missing(found, "yttrium for ceramics and phosphors", future) > 0.97
            assert missing(found, "yttrium for chip tools and turbines", future) == pytest.approx(0.62, abs=0.1)
            assert missing(found, "tungsten for tools", future) == pytest.approx(0.37, abs=0.05)
        for metal in ("germanium for fibre and optics", "antimony for flame retardants"):
            assert missing(found, metal, "nothing leaves") == pytest.approx(0.45, abs=0.06)

    def test_tungsten_comes_from_scrap_and_two_plants(self) -> None:
        """Of a need of 7600 t a year, in 18 months; the reserve is 937 t."""
        rows = plan(self.NAME).arrivals
        rows = rows[(rows["material"] == "tungsten") & (rows["future"] == "as now") & (rows["country"] != "China")]
        assert rows["quantity"].sum() / (7600 * 1.5) == pytest.approx(0.53, abs=0.02)

    def test_licences_heal_it(self) -> None:
        found = plan(self.NAME)
        for metal in ("germanium for fibre and optics", "antimony for flame retardants", "tungsten for tools"):
            assert missing(found, metal, "licences come again") < 0.16
        assert missing(found, "yttrium for chip tools and turbines", "licences come again") < 0.03

    def test_a_reserve_is_used_in_the_halt_and_kept_where_none_is(self) -> None:
        found = plan(self.NAME)
        assert max(days(found, "tungsten", "as now")[5:]) < 1
        assert min(days(found, "antimony", "as now")[:3]) > 43
        assert min(days(found, "gallium", "as now")[:3]) > 43


class TestJapanRegimes:
    """Drawn from a chain: its odds are those of the chain; the stock of heavies bridges a halt, magnets are short."""

    def test_the_odds_of_the_regimes_are_those_of_the_chain(self) -> None:
        """The halt lasts 17 months with 0.93^17; a ban comes by hand of the chain's matrix in 20 %."""
        futures = plan("japan_regimes").futures
        names = futures["future"]
        assert len(futures) == 40
        assert futures[~names.str.contains("then")]["probability"].sum() == pytest.approx(0.93**17, abs=0.02)
        free = np.array([[0.93, 0.05], [0.02, 0.98]])  # halt and licences; what is missing from a row goes to the ban
        banned = 1 - np.linalg.matrix_power(free, 17)[0].sum()
        assert futures[names.str.contains("ban")]["probability"].sum() == pytest.approx(banned, abs=0.02)

    def test_both_heavy_contracts_are_signed_and_nobody_is_qualified_at_once(self) -> None:
        found = plan("japan_regimes")
        assert decision(found, "lynas dy offtake") == decision(found, "lynas tb offtake") == "sign"
        assert decision(found, "mountain pass offtake") == "do not sign"
        assert found.qualifications["start"].min() >= "2027-06"

    def test_a_twentieth_is_made_do_without_while_the_halt_lasts_and_an_eighth_in_a_ban(self) -> None:
        futures = plan("japan_regimes").futures
        names, found = futures["future"], plan("japan_regimes")
        short = pd.Series([missing(found, "high-temperature magnet making", name) for name in names])
        never = ~names.str.contains("then")
        come = names.str.contains("licences") & ~names.str.contains("ban")
        for rows, expected in ((never, 0.05), (come, 0.04), (names.str.contains("ban"), 0.125)):
            assert np.average(short[rows], weights=futures["probability"][rows]) == pytest.approx(expected, abs=0.02)

    def test_standard_magnets_and_ndpr_are_built_up_in_summer(self) -> None:
        found = plan("japan_regimes")
        held = found.stockpile.merge(found.futures[["future", "probability"]], on="future")
        held["days"] = held["days_of_cover"] * held["probability"]
        mean = held.groupby(["material", "period"])["days"].sum()
        for material, first, month, top in (
            ("ndpr-oxide", 55, "2027-10", 127),
            ("ndfeb-magnet-hrefree", 49, "2027-07", 119),
        ):
            assert mean[material, "2027-01"] == pytest.approx(first, abs=3)
            assert mean[material, month] == pytest.approx(top, rel=0.1)
            assert mean[material, "2028-06"] < 0.7 * mean[material, "2027-03"]


class TestNovember2026:
    """Two dates, four futures, each known from December; what the two suspensions cost adds up."""

    RULES, BAN = "both suspended then rules back 2026-11-11", "both suspended then ban back 2026-11-28"
    BOTH = f"{RULES} then both back 2026-11-28"

    def test_the_odds_are_the_products_of_the_decisions(self) -> None:
        odds = plan("november_2026").futures.set_index("future")["probability"].to_dict()
        by_hand = {"both suspended": 0.75 * 0.8, self.BAN: 0.75 * 0.2, self.RULES: 0.25 * 0.4, self.BOTH: 0.25 * 0.6}
        assert odds == pytest.approx(by_hand, abs=0.005)

    def test_the_first_orders_are_the_same_whatever_is_decided(self) -> None:
        orders = plan("november_2026").orders
        first = orders[orders["period"] == "2026-11"].pivot_table(
            index="offer", columns="future", values="quantity", aggfunc="sum"
        )
        assert first.shape[1] == 4
        assert first.sub(first["both suspended"], axis=0).abs().max().max() < 1e-6
        later = orders[orders["period"] == "2026-12"].groupby("future")["quantity"].sum()
        assert later.max() > later.min() * 1.01

    def test_what_the_two_cost_adds_up(self) -> None:
        """Other materials, other sellers: nothing couples them."""
        cost = plan("november_2026").futures.set_index("future")["cost"]
        ban, both = cost[self.BAN] - cost["both suspended"], cost[self.BOTH] - cost[self.RULES]
        assert ban == pytest.approx(both, rel=0.01)
        assert ban == pytest.approx(722e6, rel=0.05)

    def test_who_can_gives_up_and_defence_does_not(self) -> None:
        found = plan("november_2026")
        for future, gallium, antimony, magnets in (
            ("both suspended", 0.05, 0.21, 0.08),
            (self.BAN, 0.27, 0.59, 0.08),
            (self.RULES, 0.05, 0.21, 0.215),
            (self.BOTH, 0.27, 0.59, 0.215),
        ):
            assert missing(found, "gallium for chips and lamps", future) == pytest.approx(gallium, abs=0.03)
            assert missing(found, "antimony for flame retardants", future) == pytest.approx(antimony, abs=0.03)
            assert missing(found, "high-temperature magnets", future) == pytest.approx(magnets, abs=0.03)
            assert missing(found, "standard magnets", future) == pytest.approx(0.05, abs=0.02)  # not on the list
            for need in ("gallium for defence", "antimony for ammunition", "high-temperature magnets for defence"):
                assert missing(found, need, future) < 1e-6


class TestLicenceQueue:
    """Nearly all is granted in the end, and a quarter of the time is licensed."""

    def test_the_corrected_figure_is_told(self) -> None:
        told = " ".join(plan("licence_queue").unkept)
        assert "19 of 141 granted, 1 refused, 121 pending" in told
        assert "95 % are granted in the end (82 % to 99 %)" in told

    def test_a_quarter_of_the_time_is_licensed_as_by_hand(self) -> None:
        case = prepare(EXAMPLES / "licence_queue.yaml")
        lane = case.lane_row["south dy > japan"]
        mean = sum(future.probability * effects(case, future).approval[lane] for future in case.futures)
        rate = fitted(LicenceCounts(granted=19, refused=1, pending=121, days=183)).rates.granted
        by_hand = 182.625 / (182.625 + math.exp(-75 * rate) / rate)
        assert by_hand == pytest.approx(0.25, abs=0.01)
        assert mean.mean() == pytest.approx(by_hand, abs=0.02)

    def test_heavies_come_from_lynas_and_from_what_is_licensed(self) -> None:
        found = plan("licence_queue")
        assert decision(found, "lynas dy offtake") == decision(found, "lynas tb offtake") == "sign"
        short = pd.Series([missing(found, "high-temperature magnet making", name) for name in found.futures["future"]])
        assert short.min() == pytest.approx(
            0.1, abs=0.01
        )  # the tenth that can be redesigned, at little more than its price
        assert short.max() == pytest.approx(0.1, abs=0.01)

    def test_what_needs_no_licence_is_never_short(self) -> None:
        futures = plan("licence_queue").futures
        assert futures[["unmet: standard magnet making", "unmet: imported standard magnets"]].max().max() < 1e-6

    def test_the_later_count_takes_most_of_the_shortage_away(self) -> None:
        later = sourcing.solve(
            EXAMPLES / "licence_queue.yaml", overrides=("licences.'as in Europe'.row=licensing/lic-020",)
        )
        frames = [found.futures for found in (later, plan("licence_queue"))]
        column = "unmet: tungsten for tools"
        short = [np.average(frame[column], weights=frame["probability"]) for frame in frames]
        assert short[1] == pytest.approx(0.08, abs=0.02)
        assert short[0] < 0.2 * short[1]
        assert later.cost < 0.9 * plan("licence_queue").cost


def test_april_2025_signs_lynas_and_buys_ahead_in_china() -> None:
    found = plan("japan_april_2025")
    assert decision(found, "lynas dy offtake") == decision(found, "lynas tb offtake") == "sign"
    orders = found.orders[(found.orders["period"] == "2025-04") & (found.orders["material"] == "dysprosium-oxide")]
    chinese = orders[(orders["future"] == "no controls") & orders["offer"].str.startswith("south dy")]["quantity"].sum()
    assert chinese / (100 / 12) == pytest.approx(1.28, rel=0.1)  # 8.3 t are a month's normal take
    came = found.arrivals[(found.arrivals["offer"] == "lynas dy") & (found.arrivals["quantity"] > 0.01)]
    assert came["period"].min() == "2026-02"


class TestJapan2010:
    """Decided under the quota of July 2010: what it touches is short, and what it does not is signed."""

    def test_all_of_molycorp_is_signed(self) -> None:
        found = plan("japan_2010")
        rows = found.contracts.set_index("contract")
        assert set(rows["decision"]) == {"sign"}
        assert rows["volume"].to_numpy() == pytest.approx(240, rel=0.01)  # t a year each, all there is

    def test_the_quota_lets_three_fifths_through(self) -> None:
        """60 % of 475 t a year leaves in the twelve months of which it can arrive; 24 t were past the border."""
        found = arrived(plan("japan_2010"), "southern dysprosium", "quota as announced")
        assert found == pytest.approx(0.6 * 475 + 24, rel=1e-3)

    def test_a_fifth_of_magnets_is_missing_and_half_in_a_halt(self) -> None:
        found = plan("japan_2010")
        assert missing(found, "magnet making", "quota as announced") == pytest.approx(0.22, rel=0.1)
        assert missing(found, "magnet making", "halt for Japan") == pytest.approx(0.46, rel=0.1)
        assert missing(found, "magnet making", "quota eased after talks") < 0.12


class TestGalliumGermanium2023:
    """Decided before the licences: sources outside China are tied early, at little cost."""

    def test_both_contracts_are_signed_and_teck_is_qualified(self) -> None:
        found = plan("gallium_germanium_2023")
        assert set(found.contracts["decision"]) == {"sign"}
        rows = found.qualifications
        assert set(rows[rows["start"] == "2023-07"]["offer"]) == {"teck germanium"}

    def test_duties_are_those_of_2023(self) -> None:
        """3 % and Section 301 on Chinese gallium, nothing of 2025."""
        duty = {lane.offer: lane.duty for lane in prepare(EXAMPLES / "gallium_germanium_2023.yaml").lanes}
        assert duty["chinese gallium"] == pytest.approx(0.28)
        assert duty["chinese germanium"] == pytest.approx(0.026)

    def test_stock_is_brought_up_before_a_halt_is_most_feared(self) -> None:
        found = plan("gallium_germanium_2023")
        calm = days(found, "gallium", "no controls")
        assert max(calm) == pytest.approx(80, rel=0.1)
        assert calm[3] == pytest.approx(45, rel=0.1)
        assert missing(found, "gallium for chips and lamps", "no controls") == pytest.approx(0, abs=1e-6)

    def test_what_can_be_left_out_gives_way_and_nothing_else(self) -> None:
        found, halt = plan("gallium_germanium_2023"), "halt for the United States"
        assert 0.03 < missing(found, "gallium for chips and lamps", halt) < 0.10
        assert 0.02 < missing(found, "germanium for fibre and optics", halt) < 0.15
