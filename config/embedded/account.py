"""The account that the server runs as, where it can't be one's own: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
from pathlib import Path
from typing import NamedTuple


class Account(NamedTuple):
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """The owner of the data or, before there are any, a system account; None where this user will do."""
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


def hand_over(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *account, follow_symlinks=False)


def let_pass(*folders: Path) -> list[Path]:
    """Let other users reach these folders; returns the parents that this opened to them."""
    opened = []
    for parent in dict.fromkeys(parent for folder in folders for parent in folder.parents):
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
            opened.append(parent)
    return opened
