"""Telling other programs of changes: subscriptions, deliveries that are signed and tried again, and their worker."""
