"""Write a dump of the sample record in the schema of this version. Run `make dump` before each release.

`test_upgrade.py` upgrades the dumps of all versions. They are plain SQL with INSERT statements, so that psycopg
can load them into any supported version of PostgreSQL.
"""

import gzip
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from config.embedded.postgres import BIN, DATABASE, PORT, USER, EmbeddedPostgres
from pledges import __version__
from tests.upgrades.database import manage

FOLDER = Path(__file__).parent / "dumps"
# Commands of psql, which psycopg can't run, and a setting that PostgreSQL 15 does not have.
NOT_PORTABLE = re.compile(r"^(\\|SET transaction_timeout).*\n", re.MULTILINE)


def main() -> None:
    with TemporaryDirectory() as home:
        postgres = EmbeddedPostgres(Path(home) / "home")
        postgres.start()
        url = f"postgres://{USER}@/{DATABASE}?host={postgres.socket_dir}&port={PORT}"
        for command in ("migrate", "load_sample"):
            manage(url, command)
        server = ("--host", str(postgres.socket_dir), "--port", PORT, "--username", USER)
        options = ("--no-owner", "--no-privileges", "--rows-per-insert=100")
        dumped = subprocess.run(
            [BIN / "pg_dump", *server, *options, DATABASE], check=True, capture_output=True, text=True
        ).stdout
        postgres.release()
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{__version__}.sql.gz"
    path.write_bytes(gzip.compress(NOT_PORTABLE.sub("", dumped).encode(), mtime=0))
    sys.stdout.write(f"{path}: {path.stat().st_size / 1024:.0f} KiB\n")


if __name__ == "__main__":
    main()
