"""validate_reviewing: rules of `validate` about settings that are sound alone and come to nothing together. Pure.

What is said here are warnings: the gateway runs, and somebody waits for what never comes.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from gatekeeper.config.addresses import is_address
from gatekeeper.config.convert import Complaint
from gatekeeper.config.matrix import Deed, Matrix
from gatekeeper.config.schema import Config

_ROLES = ("user", "helpdesk", "administrator")


def reviewing(config: Config) -> Iterator[Complaint]:
    """What keeps people from the pages, from what is held, or from what they were to be told."""
    yield from _administrators(config)
    yield from _links(config)
    yield from _believed(config)
    yield from _sockets(config)
    yield from _unseen(config.quarantine.matrix)
    yield from _told_of(config)
    yield from _room(config)


def _administrators(config: Config) -> Iterator[Complaint]:
    for number, address in enumerate(config.quarantine.administrators):
        if not is_address(address):
            remedy = "write for instance postmaster@example.org"
            yield Complaint(("quarantine", "administrators", number), f"{address!r} is no address", remedy)


def _links(config: Config) -> Iterator[Complaint]:
    """Mails with links, and nobody behind them."""
    web = config.web
    if web.listen and web.links and not web.url:
        message = "nobody is sent a link to sign in by: web.url does not say where it leads"
        yield Complaint(("web", "listen"), message, "set web.url, or links = false", "warning")
    if config.digest.enabled and web.url and not web.listen:
        message = "the links of digests lead to pages that nobody serves: web.listen is empty"
        yield Complaint(("digest", "enabled"), message, 'set web.listen, for instance ["127.0.0.1:8080"]', "warning")


def _believed(config: Config) -> Iterator[Complaint]:
    """People come by TLS, and there is nobody who may say so: browsers' forms seem to come from another site."""
    web = config.web
    if web.listen and _scheme(web.url) == "https" and not (web.certificate or web.proxy_networks):
        message = (
            "web.url says https, but there is no certificate, and no proxy is believed to do it: forms are refused"
        )
        remedy = 'set web.certificate, or web.proxy_networks; ["127.0.0.1"] for a proxy on this machine'
        yield Complaint(("web", "url"), message, remedy, "warning")


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _sockets(config: Config) -> Iterator[Complaint]:
    others = [config.metrics.listen, *config.smtp.listen, *config.scand.listen]
    for number, listen in enumerate(config.web.listen):
        if not listen.endswith(":0") and listen in (*others, *config.web.listen[:number]):
            yield Complaint(("web", "listen", number), f"{listen} is listened on twice", "name another port")


def _unseen(matrix: Matrix) -> Iterator[Complaint]:
    """Deeds that are granted to who never gets to see what they could be done with."""
    for kind in matrix.__struct_fields__:
        for role in _ROLES:
            deeds: list[Deed] = getattr(getattr(matrix, kind), role, [])
            if deeds and "see" not in deeds:
                message = f'quarantine.matrix.{kind}.{role} grants what cannot be done without "see"'
                yield Complaint(("quarantine", "matrix", kind, role), message, 'add "see", or empty it', "warning")


def _told_of(config: Config) -> Iterator[Complaint]:
    matrix, digest = config.quarantine.matrix, config.digest
    if digest.enabled and not any("see" in getattr(matrix, kind).user for kind in digest.kinds):
        message = "nobody gets a digest: users may see nothing of digest.kinds"
        yield Complaint(("digest", "enabled"), message, 'add "see" for user in [quarantine.matrix.spam]', "warning")


def _room(config: Config) -> Iterator[Complaint]:
    limit, size = config.quarantine.limit, config.smtp.limits.size
    if 0 < limit < size:
        message = f"a message of smtp.limits.size, {size:,} bytes, can never be held: quarantine.limit is {limit:,}"
        yield Complaint(("quarantine", "limit"), message, "let it be many times that, or 0", "warning")
