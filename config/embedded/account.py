"""The operating system account for the server if Django runs as root: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
from pathlib import Path
from typing import NamedTuple


class Account(NamedTuple):
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """The owner of the data folder, or a system account before it exists; None unless this process runs as root.

    LookupError if there is no such account.
    """
    if os.getuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise LookupError("PostgreSQL can't run as root, and there is no user `postgres` or `nobody`.")


def change_owner(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *account, follow_symlinks=False)


def open_parents(*folders: Path) -> list[Path]:
    """Add `o+x` to the parents of these folders, so that other users can reach them; returns the changed parents."""
    opened = []
    for parent in dict.fromkeys(parent for folder in folders for parent in folder.parents):
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
            opened.append(parent)
    return opened
