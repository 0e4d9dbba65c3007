"""Aggregates over pledges: counts, totals, and the series of a metric over the years."""
