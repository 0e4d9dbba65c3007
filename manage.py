#!/usr/bin/env python
"""Django's command line: `python manage.py help` lists what it can do."""

import os
import sys

import pghistory
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with pghistory.context(channel="command", command=" ".join(sys.argv[1:2])):
        execute_from_command_line(sys.argv)
