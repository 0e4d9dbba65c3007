"""Webhooks: an outbox in the database, signed messages, retries, and the worker."""
