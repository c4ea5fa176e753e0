"""proxy: the header by which a load balancer tells whose connection it passes on, HAProxy's PROXY protocol 1 and 2.

https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt §2.1, §2.2. Fails with ValueError on anything else; the
connection must then be closed, because a listed sender always begins with a header (§2).
"""

import struct
from ipaddress import ip_address

from gatekeeper.protocols.address import plain_address
from gatekeeper.protocols.grammar import PROXY_LINE
from gatekeeper.values import Client

_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_LONGEST_LINE = 107
_LONGEST_BLOCK = 4096  # addresses and extensions of version 2; only addresses are used
_FAMILIES = {0x11: (4, "!4s4sHH"), 0x21: (16, "!16s16sHH")}  # TCP over IPv4, over IPv6


def read_header(data: bytes) -> tuple[Client | None, int] | None:
    """The client and the length of the header that `data` begins with; None: more bytes are needed.

    The client is None where the header tells of none (LOCAL, UNKNOWN): then it is the load balancer itself.
    """
    if data.startswith(_SIGNATURE):
        return _read_binary(data)
    if _SIGNATURE.startswith(data[: len(_SIGNATURE)]):
        return None
    return _read_line(data)


def _read_line(data: bytes) -> tuple[Client | None, int] | None:
    end = data.find(b"\r\n", 0, _LONGEST_LINE)
    if end < 0:
        if len(data) >= _LONGEST_LINE or not (data.startswith(b"PROXY ") or b"PROXY ".startswith(data)):
            raise ValueError("no PROXY header")
        return None
    line = data[:end].decode("ascii")
    if line.startswith("PROXY UNKNOWN"):
        return None, end + 2
    match = PROXY_LINE.fullmatch(line)
    if match is None:
        raise ValueError("bad PROXY line")
    source, ports = ip_address(match["source"]), (int(match["from"]), int(match["to"]))
    versions = {source.version, ip_address(match["destination"]).version}
    if versions != {int(match["version"])} or max(ports) > 65535:
        raise ValueError("bad PROXY addresses")
    return Client(plain_address(match["source"]), "", ports[0]), end + 2


def _read_binary(data: bytes) -> tuple[Client | None, int] | None:
    if len(data) < 16:
        return None
    command, family, length = struct.unpack_from("!BBH", data, 12)
    if command not in (0x20, 0x21) or length > _LONGEST_BLOCK:
        raise ValueError("bad PROXY header")
    if len(data) < 16 + length:
        return None
    if command == 0x20 or family not in _FAMILIES:
        return None, 16 + length
    width, layout = _FAMILIES[family]
    if length < 2 * width + 4:
        raise ValueError("bad PROXY addresses")
    source, _, port, _ = struct.unpack_from(layout, data, 16)
    return Client(plain_address(str(ip_address(source))), "", port), 16 + length
