"""validate_mail: rules of `validate` about mail that the gateway itself writes or takes. Pure."""

from collections.abc import Iterator

from gatekeeper.config.addresses import is_address, is_domain
from gatekeeper.config.convert import Complaint
from gatekeeper.config.locate import Path
from gatekeeper.config.schema import Config


def teaching(config: Config) -> Iterator[Complaint]:
    """Addresses that are some, each for one thing, and somebody who may write there."""
    spam = {address.lower() for address in config.teaching.spam}
    for key, addresses in (("spam", config.teaching.spam), ("ham", config.teaching.ham)):
        for number, address in enumerate(addresses):
            path: Path = ("teaching", key, number)
            if not is_address(address):
                yield Complaint(path, f"{address!r} is no address", f"write for instance {key}@example.org")
            elif key == "ham" and address.lower() in spam:
                yield Complaint(path, f"{address} teaches spam and ham", "delete one of them")
    if (spam or config.teaching.ham) and not config.gateway.own_networks and config.smtp.listen:
        message = "nobody may teach through the proxy: there are no networks of our own"
        yield Complaint(
            ("teaching",), message, "set gateway.own_networks to where your users' mail comes from", "warning"
        )


def digest(config: Config) -> Iterator[Complaint]:
    """Links that lead somewhere, addresses that are some, and recipients that are known to be ours."""
    settings = config.digest
    if settings.from_address and not is_address(settings.from_address):
        message = f"{settings.from_address!r} is no address"
        yield Complaint(("digest", "from_address"), message, "write for instance quarantine@example.org")
    for number, text in enumerate(settings.without):
        if not (is_address(text) or (text.startswith("@") and is_domain(text[1:]))):
            remedy = 'write for instance "sales@example.org" or "@lists.example.org"'
            yield Complaint(("digest", "without", number), f"{text!r} is neither an address nor a domain", remedy)
    for number, hour in enumerate([] if settings.hours == "hourly" else settings.hours):
        if not 0 <= hour <= 23:
            yield Complaint(("digest", "hours", number), f"{hour} is no hour of the day", "write 0 to 23")
    if not settings.enabled:
        return
    if not config.web.url:
        message, remedy = "a digest is made of links, and web.url does not say where they lead", "set web.url"
        yield Complaint(("digest", "enabled"), message, remedy)
    if not (config.relay.mailertable or config.relay.transport or config.relay.domains or config.domains):
        message = "nobody gets a digest: no domain is known to be ours"
        yield Complaint(("digest", "enabled"), message, "set relay.domains, or relay.mailertable", "warning")
