"""ehlo: what our server offers in its reply to EHLO. BINARYMIME and AUTH are never offered. Never fails."""

from dataclasses import dataclass

from gatekeeper.protocols import xclient
from gatekeeper.protocols.capabilities import Capabilities


@dataclass(frozen=True, slots=True)
class Features:
    """What a client may use: STARTTLS, XCLIENT, XFORWARD; and whether bad line ends of its mail are mended."""

    starttls: bool = False
    xclient: bool = False
    xforward: bool = False
    mend: bool = False


def keywords(features: Features, offered: Capabilities, size_limit: int, tls: bool) -> list[str]:
    """One keyword with its parameters for each line (RFC 5321 §4.1.1.1). `tls`: the session is in TLS already."""
    said = {
        "PIPELINING": True,
        "ENHANCEDSTATUSCODES": True,
        "CHUNKING": True,
        "STARTTLS": features.starttls and not tls,
        "8BITMIME": offered.eightbit,
        "SMTPUTF8": offered.smtputf8,
        "DSN": offered.dsn,
        f"SIZE {size_limit}": offered.size is not None,
        _with("XCLIENT", xclient.XCLIENT): features.xclient,
        _with("XFORWARD", xclient.XFORWARD): features.xforward,
    }
    return [keyword for keyword, offers in said.items() if offers]


def _with(keyword: str, attributes: frozenset[str]) -> str:
    return " ".join((keyword, *sorted(attributes)))
