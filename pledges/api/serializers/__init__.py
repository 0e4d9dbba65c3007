"""Fields and serializers of responses and request bodies."""
