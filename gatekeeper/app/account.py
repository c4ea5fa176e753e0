"""account: the user the gateway runs as, and the directories it writes to.

Fails with `OSError`, which names the directory, and with `UnusableError` for an account that does not exist.
"""

import errno
import os
import pwd
from collections.abc import Iterable
from pathlib import Path

from gatekeeper.app.plan import UnusableError


def become(user: str) -> None:
    """Root no more, if we are root and somebody is named."""
    account = _account(user)
    if account is not None:
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)


def make(directories: Iterable[Path], user: str) -> None:
    """Directories that `user` will write to. `OSError` if one cannot be made."""
    account = _account(user)
    for directory in directories:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        if account is not None:
            _give(directory, account)


def _give(directory: Path, account: pwd.struct_passwd) -> None:
    """With all that is in it where it was somebody else's: what root made there before the first start, too.

    Where it is theirs already nothing in it is touched: they could have put anything there.
    """
    if directory.stat().st_uid != account.pw_uid:
        for parent, below, files in os.walk(directory, topdown=False):
            for name in (*below, *files):
                os.chown(Path(parent, name), account.pw_uid, account.pw_gid, follow_symlinks=False)
    os.chown(directory, account.pw_uid, account.pw_gid)


def require(directories: Iterable[Path]) -> None:
    """`OSError` unless we may write to them."""
    for directory in directories:
        if not os.access(directory, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(directory))


def _account(user: str) -> pwd.struct_passwd | None:
    if os.geteuid() != 0 or not user:
        return None
    try:
        return pwd.getpwnam(user)
    except KeyError:
        raise UnusableError([f"gateway.user: there is no account {user!r}"]) from None
