"""Serve the site on the port given as the argument, with the settings module in DJANGO_SETTINGS_MODULE."""

import sys

from config.granian_server import serve

if __name__ == "__main__":
    serve("127.0.0.1", int(sys.argv[1]), when_ready=lambda: None)
