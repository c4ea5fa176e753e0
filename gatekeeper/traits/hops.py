"""hops: who brought a message, by its Received lines or the envelope, and lines that contradict themselves.

Servers write these lines in a few ways; what is not understood is left out of account. Nothing here fails.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from itertools import pairwise

from gatekeeper.message.habits import ADDRESS_IN_NUMBERS
from gatekeeper.message.text import domain_of
from gatekeeper.protocols.received import Hop, hop_of
from gatekeeper.tables.generated_names import Generated, generated
from gatekeeper.traits.dates import seconds
from gatekeeper.traits.letter import Letter
from gatekeeper.traits.providers import FREE_MAIL

_MOST = 30
_HOUR = 3600.0


def hops(letter: Letter) -> tuple[Hop, ...]:
    """The newest first."""
    known: tuple[Hop, ...] | None = letter.kept.get("hops")
    if known is None:
        known = letter.kept["hops"] = tuple(hop_of(value) for value in letter.message.values(b"received")[:_MOST])
    return known


def border(letter: Letter) -> Hop:
    """Who handed it in: the client if that is known, else the newest with an address of the Internet."""
    known: Hop | None = letter.kept.get("border")
    if known is None:
        known = letter.kept["border"] = _border(letter)
    return known


def _border(letter: Letter) -> Hop:
    client = letter.envelope.client
    if client is not None and client.ip is not None:
        return Hop(letter.envelope.helo.lower(), client.name.lower() or None, str(client.ip))
    return next((hop for hop in hops(letter) if hop.public), Hop())


def _none(letter: Letter) -> Iterator[str]:
    if letter.envelope.client is None and not letter.message.values(b"received"):
        yield "no Received"


def _nameless(letter: Letter) -> Iterator[str]:
    hop = border(letter)
    if hop.name == "":
        yield hop.address


def _helo_number(letter: Letter) -> Iterator[str]:
    hop = border(letter)
    if ADDRESS_IN_NUMBERS.match(hop.helo) and not hop.helo.startswith("["):
        yield hop.helo


def _helo_plain(letter: Letter) -> Iterator[str]:
    hop = border(letter)
    if hop.public and hop.helo and "." not in hop.helo and ":" not in hop.helo:
        yield hop.helo


def _helo_elsewhere(letter: Letter) -> Iterator[str]:
    hop = border(letter)
    said, is_called = domain_of(hop.helo), domain_of(hop.name or "")
    if said and is_called and said != is_called and not ADDRESS_IN_NUMBERS.match(hop.helo):
        yield f"{hop.helo} is {hop.name}"


def _helo_famous(letter: Letter) -> Iterator[str]:
    for hop in (border(letter), *hops(letter)):
        said = domain_of(hop.helo)
        if said in FREE_MAIL and hop.public and hop.name is not None and domain_of(hop.name) != said:
            yield f"{hop.helo} is {hop.name or hop.address}"
            return


def _dynamic(letter: Letter) -> Iterator[str]:
    hop = border(letter)
    if hop.name and hop.public and generated(hop.name, ip_address(hop.address)) is Generated.DYNAMIC:
        yield hop.name


def _forged(letter: Letter) -> Iterator[str]:
    if any(b"may be forged" in value for value in letter.message.values(b"received")[:_MOST]):
        yield "may be forged"


def _from_elsewhere(letter: Letter) -> Iterator[str]:
    """A provider's mail comes from its own servers, or was there at some time."""
    domain = domain_of(letter.author.domain)
    way = hops(letter)
    if domain not in FREE_MAIL or not way:
        return
    servers = FREE_MAIL[domain]
    seen = {domain_of(name) for hop in (border(letter), *way) for name in (hop.name or "", hop.by)}
    if seen.isdisjoint(servers):
        yield letter.author.address


def _disorder(letter: Letter) -> Iterator[str]:
    """An older server that had it hours after a newer one."""
    lines = letter.message.values(b"received")[:_MOST]
    times = [seconds(line.rpartition(b";")[2].decode("latin-1")) for line in lines]
    told = [time for time in times if time is not None]
    for newer, older in pairwise(told):
        if older - newer > 2 * _HOUR:
            yield f"{(older - newer) / _HOUR:.1f} hours"


def _bare_line(letter: Letter) -> Iterator[str]:
    """A line with no address in it, below those of servers that write one."""
    lines = letter.message.values(b"received")[1:_MOST]
    for line in lines:
        text = " ".join(line.decode("latin-1").split())
        if text[:5].lower() == "from " and " by " in text and "(" not in text and "[" not in text:
            yield text


def _private_origin(letter: Letter) -> Iterator[str]:
    """It began on a network behind the public one: a mail program with a server of its own."""
    way = [hop for hop in hops(letter) if hop.address]
    if len(way) > 1 and not way[-1].public and way[-1].helo:
        yield way[-1].address


def _alone(letter: Letter) -> Iterator[str]:
    """Whoever wrote it handed it in without a server between."""
    public = {hop.address for hop in hops(letter) if hop.public}
    if len(public) == 1 and len(letter.message.values(b"received")) <= 2:
        yield next(iter(public))


def _vouched(letter: Letter) -> Iterator[str]:
    """It comes from a server of its author's domain."""
    own = domain_of(letter.author.domain)
    hop = border(letter)
    if own and hop.name and domain_of(hop.name) == own:
        yield hop.name


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "hops-none": _none,
    "hop-nameless": _nameless,
    "hop-helo-number": _helo_number,
    "hop-helo-plain": _helo_plain,
    "hop-helo-elsewhere": _helo_elsewhere,
    "hop-helo-famous": _helo_famous,
    "hop-dynamic": _dynamic,
    "hop-may-be-forged": _forged,
    "hop-bare": _bare_line,
    "hops-disordered": _disorder,
    "hops-alone": _alone,
    "hops-private": _private_origin,
    "hop-of-author": _vouched,
    "from-provider-elsewhere": _from_elsewhere,
}
