"""Serializers of responses and request bodies."""
