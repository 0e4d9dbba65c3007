"""The floor with its statements prepared, which Django does not do unless it is told to."""

from bench.settings.bare import *  # noqa: F403
from bench.settings.duixian import DATABASES

DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 0}
