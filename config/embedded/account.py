"""Choose an operating system account for the embedded PostgreSQL, which refuses to run as root."""

import os
import pwd
import stat
from pathlib import Path
from typing import NamedTuple


class Account(NamedTuple):
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """Return the account to run PostgreSQL with, or None if this process does not run as root.

    It is the owner of the data folder. If the folder does not exist or belongs to root, it is the system account
    `postgres` or `nobody`. Raises LookupError if there is neither.
    """
    if os.getuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LookupError("PostgreSQL can't run as root, and there is no user `postgres` or `nobody`.")


def change_owner(folder: Path, account: Account) -> None:
    """Give the folder and everything in it to the account."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *account, follow_symlinks=False)


def make_parents_traversable(*folders: Path) -> list[Path]:
    """Add `o+x` to the parents of these folders, so that any user can reach them. Return the parents that changed."""
    changed = []
    for parent in dict.fromkeys(parent for folder in folders for parent in folder.parents):
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
            changed.append(parent)
    return changed
