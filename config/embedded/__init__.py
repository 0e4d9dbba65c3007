"""The embedded PostgreSQL: a server that is installed from a wheel and used if `DATABASE_URL` is not set."""

from pathlib import Path

from .postgres import PORT, USER, EmbeddedPostgres, EmbeddedPostgresError

__all__ = ["HOME", "PORT", "POSTGRES", "USER", "EmbeddedPostgresError"]

HOME = Path(__file__).resolve().parents[2] / ".duixian"
POSTGRES = EmbeddedPostgres(HOME)
