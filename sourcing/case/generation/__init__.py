"""Futures that are drawn: regimes, licences, prices and needs, sampled and reduced."""
