"""validate_mail: rules of `validate` about mail that the gateway itself writes or takes. Pure."""

from collections.abc import Iterator

from gatekeeper.config.addresses import is_address
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
