"""key: the secret that release tokens are signed with: 32 random bytes in a file of mode 0600, made at first use.

Fails with `OSError`, and with `StoreError` when the file is not what we made.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from gatekeeper.stores import private
from gatekeeper.stores.opening import StoreError

_SIZE = 32


def signing_key(path: Path) -> bytes:
    """The key in `path`."""
    if not path.exists():
        _make(path)
    key = path.read_bytes()
    if len(key) != _SIZE:
        raise StoreError(path, f"not a key of {_SIZE} bytes", "remove it; a new one is made when a message is released")
    return key


def _make(path: Path) -> None:
    """Make the file whole under another name first: two processes may try at once, and the first one's key counts."""
    private.make_directory(path.parent)
    new = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = private.create(new)
    os.write(descriptor, secrets.token_bytes(_SIZE))
    private.close_synced(descriptor, path.parent)
    try:
        with suppress(FileExistsError):
            path.hardlink_to(new)
    finally:
        new.unlink()
    private.sync_directory(path.parent)
