"""pages: HTML, SVG, XML and scripts inside something, read as attached ones are (`active`). It raises nothing.

What they carry as text comes out as members.
"""

from collections.abc import Iterator

from gatekeeper.message.active import ACTIVE_KINDS, active_content, page_kind
from gatekeeper.message.openers.contract import Allowance, Found, Link, Member, Thing

KINDS = ACTIVE_KINDS


def read(thing: Thing, _: Allowance) -> Iterator[Found]:
    """What the page would do, where it leads, what it carries."""
    active = active_content(thing.data, page_kind(thing.kind, thing.names))
    yield from active.anomalies
    for target in active.links:
        yield Link(target)
    for payload in active.payloads:
        yield Member(thing.kind, payload.names, payload.data)
