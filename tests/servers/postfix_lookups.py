"""postfix_lookups: the real Postfix asked what its access and transport maps say of clients, names and addresses.

smtpd(8) answers for access maps, whoever a client is said to be by XCLIENT; trivial-rewrite(8) for transport maps.
"""

import smtplib
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.servers.postfix import Postfix, tree
from tests.servers.room import LOOPBACK, wait_until

_MAIN = """
inet_protocols = all
recipient_delimiter = +
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 10000
smtpd_hard_error_limit = 10000
smtpd_junk_command_limit = 10000
"""
_RESTRICTIONS = {
    "client_access": "smtpd_client_restrictions = check_client_access",
    "helo_access": "smtpd_helo_restrictions = check_helo_access",
    "sender_access": "smtpd_sender_restrictions = check_sender_access",
    "recipient_access": "smtpd_recipient_restrictions = check_recipient_access",
    "transport": "transport_maps =",
}


class Lookups(Postfix):
    """`maps` has the texts of hash: tables by the name of gatekeeper's setting. Nothing is delivered."""

    def __init__(self, maps: Mapping[str, str]) -> None:
        super().__init__(9, ("test", "example.org"))
        self._maps = maps

    def _furnish(self, home: Path) -> None:
        super()._furnish(home)
        lines = [_MAIN]
        for name, text in self._maps.items():
            file = self.etc / name
            file.write_text(text)
            postmap = [tree() / "usr/sbin/postmap", "-c", self.etc, f"hash:{file}"]
            subprocess.run(postmap, check=True, capture_output=True)
            lines.append(f"{_RESTRICTIONS[name]} hash:{file}\n")
        with (self.etc / "main.cf").open("a") as main:
            main.writelines(lines)

    def access(self, name: str, address: str, helo: str, sender: str, recipient: str) -> str:
        """The reply to RCPT in a session of such a client; an empty name is none."""
        with smtplib.SMTP(LOOPBACK, self.port, timeout=60) as client:
            client.docmd("EHLO", "first.other")
            client.docmd("XCLIENT", f"NAME={name or '[UNAVAILABLE]'} ADDR={_xclient(address)}")
            client.docmd("EHLO", helo)
            client.docmd("MAIL", f"FROM:<{sender}>")
            code, text = client.docmd("RCPT", f"TO:<{recipient}>")
            return f"{code} {text.decode()}"

    def resolve(self, address: str) -> tuple[str, str]:
        """Transport and next hop of an address."""
        rewrite = self.queue / "private/rewrite"
        wait_until(rewrite.exists, "trivial-rewrite can be asked")  # it comes after smtpd listens
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(60)
            client.connect(str(rewrite))
            client.recv(1000)  # the name of the protocol
            client.sendall(b"request\0resolve\0sender\0\0address\0" + address.encode() + b"\0\0")
            words = client.recv(10_000).decode().split("\0")
            return words[words.index("transport") + 1], words[words.index("nexthop") + 1]


def _xclient(address: str) -> str:
    return f"IPV6:{address}" if ":" in address else address
