from rest_framework.renderers import JSONRenderer


class FileRenderer(JSONRenderer):
    """For an address that hands out a file, whatever the client says that it accepts; its problems are JSON."""

    media_type = "*/*"
