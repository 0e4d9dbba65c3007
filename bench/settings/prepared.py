"""Settings for the floor contender with prepared statements, which Django disables by default."""

from bench.settings.bare import *  # noqa: F403
from bench.settings.duixian import DATABASES

DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 0}
