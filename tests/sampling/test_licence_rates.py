"""Licence queues: what counts with pending applications say, and what an importer holds of it."""

import math

import numpy as np
import pytest

from sourcing.sampling.licence_rates import (
    LicenceCounts,
    LicenceQueue,
    LicenceRates,
    aalen_johansen,
    fitted,
    licensed,
    observed,
)

EU = LicenceCounts(granted=19, refused=1, pending=121, days=180)  # licensing/lic-007


# Rates ----------------------------------------------------------------------------------------------------------------


def test_19_of_141_is_not_13_percent() -> None:
    """Of 20 decided 19 were granted: 95 % in the end; 13 % is what came within a window of 180 days of filing."""
    found = fitted(EU)
    assert found.rates.granted_in_the_end == pytest.approx(19 / 20)
    low, high = found.granted_in_the_end
    assert (low, high) == pytest.approx((0.82, 0.99), abs=0.01)
    assert low > 19 / 141


def test_the_rate_reproduces_the_share_decided() -> None:
    """Filed evenly: mean over ages 0..180 of 1 - exp(-h age), summed day by day, is 20 / 141."""
    rate = fitted(EU).rates.decided
    ages = (np.arange(180_000) + 0.5) / 1000
    assert np.mean(1 - np.exp(-rate * ages)) == pytest.approx(20 / 141, abs=1e-6)


def test_rates_are_decisions_over_time_at_risk() -> None:
    """Time at risk of all 141, each until decided or the end: mean over ages of (1 - exp(-h age)) / h."""
    rates = fitted(EU).rates
    ages = (np.arange(180_000) + 0.5) / 1000
    exposure = 141 * np.mean((1 - np.exp(-rates.decided * ages)) / rates.decided)
    assert rates.granted == pytest.approx(19 / exposure, rel=1e-6)
    assert rates.refused == pytest.approx(1 / exposure, rel=1e-6)


def test_hardly_any_pending_means_a_short_wait_and_all_pending_a_long_one() -> None:
    quick, slow = fitted(LicenceCounts(99, 0, 1, 180)), fitted(LicenceCounts(1, 0, 99, 180))
    assert quick.rates.half_decided() < 3
    assert slow.rates.half_decided() > 5000
    assert quick.rates.granted_in_the_end == slow.rates.granted_in_the_end == 1


def test_more_of_the_same_narrows_the_interval() -> None:
    few, many = fitted(EU), fitted(LicenceCounts(1900, 100, 12100, 180))
    assert many.rates.decided == pytest.approx(few.rates.decided)
    for small, large in ((many.granted_in_the_end, few.granted_in_the_end), (many.half_decided, few.half_decided)):
        assert large[0] < small[0] < small[1] < large[1]


def test_the_interval_of_the_wait_holds_the_truth_nine_times_of_ten() -> None:
    """141 applications filed evenly over 180 days and decided at 0.002 a day, counted 400 times."""
    random, hits = np.random.default_rng(1), 0
    for _ in range(400):
        ages, times = random.uniform(0, 180, 141), random.exponential(500, 141)
        decided = int((times < ages).sum())
        low, high = fitted(LicenceCounts(decided, 0, 141 - decided, 180)).half_decided
        hits += low <= 500 * math.log(2) <= high
    assert hits / 400 == pytest.approx(0.9, abs=0.04)


def test_nothing_granted_gives_no_rate() -> None:
    with pytest.raises(ValueError, match="none was granted"):
        fitted(LicenceCounts(0, 1, 5, 180))


# Single applications --------------------------------------------------------------------------------------------------


DAYS = np.array([10.0, 20.0, 20.0, 30.0, 40.0])
OUTCOME = ("granted", "granted", "refused", "pending", "granted")


def test_single_times_give_the_rates_of_the_textbook() -> None:
    """Three granted and one refused in 10 + 20 + 20 + 30 + 40 = 120 days."""
    rates = fitted(observed(DAYS, OUTCOME)).rates
    assert (rates.granted, rates.refused) == pytest.approx((3 / 120, 1 / 120))


def test_aalen_and_johansen_by_hand() -> None:
    """Day 10: 1/5. Day 20: 4/5 x 1/4. After it 4/5 x 2/4 = 2/5 undecided; day 40: 2/5 x 1/1."""
    assert aalen_johansen(DAYS, OUTCOME, 9) == 0
    assert aalen_johansen(DAYS, OUTCOME, 10) == pytest.approx(1 / 5)
    assert aalen_johansen(DAYS, OUTCOME, 20) == pytest.approx(1 / 5 + 1 / 5)
    assert aalen_johansen(DAYS, OUTCOME, 40) == pytest.approx(4 / 5)


def test_without_censoring_it_is_the_share_counted() -> None:
    outcome = ("granted", "refused", "granted", "granted", "refused")
    assert aalen_johansen(DAYS, outcome, 30) == pytest.approx(3 / 5)


def test_of_many_it_is_what_constant_rates_say() -> None:
    """Rates 0.004 and 0.001 a day, filed evenly over 300 days: share granted within 200 days."""
    random, rates = np.random.default_rng(2), LicenceRates(0.004, 0.001)
    times, ages = random.exponential(200, 4000), random.uniform(0, 300, 4000)
    granted = random.random(4000) < 0.8
    outcome = tuple(
        "pending" if time > age else "granted" if good else "refused"
        for time, age, good in zip(times, ages, granted, strict=True)
    )
    share = aalen_johansen(np.minimum(times, ages), outcome, 200)
    assert share == pytest.approx(rates.granted_within(200), abs=0.02)
    assert rates.granted_within(200) == pytest.approx(0.8 * (1 - math.exp(-1)))


# What an importer holds -----------------------------------------------------------------------------------------------


def queue(**parts: object) -> LicenceQueue:
    whole = {"rates": LicenceRates(0.01, 0.0), "lots": 1, "valid": 100.0, "renewed": 0.0, "held": 0.0, **parts}
    return LicenceQueue(**whole)  # type: ignore[arg-type]


def share(found: LicenceQueue, samples: int = 4000, start: float = 0.0, days: float = 3000.0) -> np.ndarray:
    edges = np.linspace(0, days, 31)
    return licensed(found, np.full(samples, start), edges, np.random.default_rng(1))


def test_in_the_long_run_licensed_time_is_validity_over_the_cycle() -> None:
    """100 days licensed after 100 days of waiting on average: half; with one refused in two 100 / (100 + 200)."""
    assert share(queue())[:, 15:].mean() == pytest.approx(0.5, abs=0.01)
    refused = queue(rates=LicenceRates(0.005, 0.005))
    assert share(refused)[:, 15:].mean() == pytest.approx(1 / 3, abs=0.01)


def test_filed_early_enough_it_never_lapses() -> None:
    """Decided within some days of filing, filed ninety days before it ends."""
    found = share(queue(rates=LicenceRates(1.0, 0.0), renewed=90.0))
    assert found[:, 1:].min() == pytest.approx(1)


def test_nothing_is_licensed_before_it_is_filed_and_what_is_held_is() -> None:
    """In force from day 1000: none before; the first interval of 100 days has licences after 100 days on average:
    (1 - (1 - exp(-1)) / 1) = 0.368."""
    later = share(queue(valid=1e9), start=1000.0)
    assert later[:, :10].max() == 0
    assert later[:, 10].mean() == pytest.approx(math.exp(-1), abs=0.02)
    assert share(queue(valid=1e9, held=1.0)).min() == pytest.approx(1)


def test_lots_even_out() -> None:
    """Sixteen lots have the same mean and a quarter of the spread."""
    one, many = share(queue())[:, 20], share(queue(lots=16))[:, 20]
    assert one.mean() == pytest.approx(many.mean(), abs=0.02)
    assert many.std() == pytest.approx(one.std() / 4, rel=0.1)
