"""A database backend that starts the embedded PostgreSQL before the first connection."""

from typing import Any

from django.db.backends.postgresql import base

from config import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        embedded.POSTGRES.start()
        return super().get_connection_params()
