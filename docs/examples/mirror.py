"""Keep a copy of all public pledges in SQLite: python mirror.py http://localhost:8000/api/v1/ pledges.db"""

import json
import sqlite3
import sys
import urllib.request


def mirror(api: str, path: str) -> None:
    """Bring the table `pledge` up to date; repeat it at any time."""
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE IF NOT EXISTS pledge (ref TEXT PRIMARY KEY, row TEXT)")
    db.execute("CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY, cursor TEXT)")
    position = db.execute("SELECT cursor FROM position").fetchone()
    url = f"{api}changes/?limit=1000" + (f"&since={position[0]}" if position else "")
    while url:
        with urllib.request.urlopen(url) as response:
            page = json.load(response)
        with db:  # rows and position in one transaction: safe to continue after a crash
            for change in page["results"]:
                db.execute("DELETE FROM pledge WHERE ref = ?", [change["ref"]])
                if change["pledge"]:  # the current row; null if it is no longer public
                    db.execute("INSERT INTO pledge VALUES (?, ?)", [change["ref"], json.dumps(change["pledge"])])
            db.execute("REPLACE INTO position VALUES (1, ?)", [page["cursor"]])
        url = page["next"]
    db.close()


if __name__ == "__main__":
    mirror(*sys.argv[1:])
