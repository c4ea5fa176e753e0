"""notify: tells systemd how the service stands (sd_notify(3)). Silent where there is no systemd, and on any failure:
who does not read what he is told holds up nobody.
"""

import contextlib
import os
import socket

_PATIENCE = 0.2  # seconds


def notify(*lines: str) -> None:
    """Send state lines such as `READY=1` to $NOTIFY_SOCKET, if it is set."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        sending.settimeout(_PATIENCE)
        sending.sendto("\n".join(lines).encode(), address)
