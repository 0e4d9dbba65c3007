"""Keep a copy of all public pledges in SQLite: python mirror.py http://localhost:8000/api/v1/ pledges.db"""

import json
import sqlite3
import sys
import urllib.request


def mirror(api: str, path: str) -> None:
    """Bring the table `pledge` to what is public now; run it as often as you like."""
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE IF NOT EXISTS pledge (ref TEXT PRIMARY KEY, row TEXT)")
    db.execute("CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY, cursor TEXT)")
    place = db.execute("SELECT cursor FROM place").fetchone()
    url = f"{api}changes/?limit=1000" + (f"&since={place[0]}" if place else "")
    while url:
        with urllib.request.urlopen(url) as answer:
            page = json.load(answer)
        with db:  # the rows and the place at once: after a crash it goes on from here
            for change in page["results"]:
                db.execute("DELETE FROM pledge WHERE ref = ?", [change["ref"]])
                if change["pledge"]:  # as it is now; null where it was withdrawn
                    db.execute("INSERT INTO pledge VALUES (?, ?)", [change["ref"], json.dumps(change["pledge"])])
            db.execute("REPLACE INTO place VALUES (1, ?)", [page["cursor"]])
        url = page["next"]
    db.close()


if __name__ == "__main__":
    mirror(*sys.argv[1:])
