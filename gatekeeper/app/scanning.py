"""scanning: what looks for worms, as it is configured. It cannot fail."""

from gatekeeper.config.addresses import clamd_socket
from gatekeeper.config.schema import Antivirus
from gatekeeper.lookups.clamd import Clamd
from gatekeeper.lookups.clamd_engine import Patience


def engines(settings: Antivirus) -> Clamd:
    """The antivirus engines, in the order in which they are asked. There may be none."""
    return Clamd(
        [clamd_socket(text) for text in settings.engines],
        Patience(settings.connect_timeout, settings.timeout),
        settings.size,
        settings.connections,
        settings.remember,
    )
