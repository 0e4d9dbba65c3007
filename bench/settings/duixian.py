"""The project's settings, with a database of the benchmark and a rate limit that it does not reach."""

import os
from typing import Any

from config.settings import *  # noqa: F403
from config.settings import DATABASES, REST_FRAMEWORK

DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]
ROOT_URLCONF = "bench.contenders.project"
rates: Any = REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
rates["anonymous"] = "1000000/minute"
