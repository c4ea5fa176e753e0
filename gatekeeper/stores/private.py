"""private: files and directories that nobody else may read.

Mode 0600 and 0700 whatever the umask. What root makes (an operator's command line) is given to the owner of the
directory it stands in, so that the gateway, which runs as its own user, can go on using it. Fails with `OSError`.
"""

import os
from pathlib import Path


def make_directory(path: Path) -> None:
    """`path` exists, durably, with mode 0700 if it had to be made; its parents too."""
    if path.is_dir():
        return
    make_directory(path.parent)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return  # another process was faster
    _give(path)
    sync_directory(path.parent)


def create(path: Path) -> int:
    """The descriptor of a new, empty file, open for writing; `FileExistsError` if there is one already."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    _give(path)
    return descriptor


def close_synced(descriptor: int, directory: Path) -> None:
    """Close a file that was made in `directory`, once its bytes and its name are on disk (open(2), fsync(2))."""
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_directory(directory)


def sync_directory(path: Path) -> None:
    """Names made or removed in this directory survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
