"""Behaviour that several admin classes share."""
