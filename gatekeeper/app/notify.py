"""notify: tells systemd how the service stands (sd_notify(3)). Silent where there is no systemd, and on any failure."""

import contextlib
import os
import socket


def notify(*lines: str) -> None:
    """Send state lines such as `READY=1` to $NOTIFY_SOCKET, if it is set."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        sending.sendto("\n".join(lines).encode(), address)
