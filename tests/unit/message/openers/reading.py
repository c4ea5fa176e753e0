"""What a reader finds, sorted."""

from gatekeeper.message.openers.contract import Allowance, Link, Member, OpenLimits, Thing
from gatekeeper.values import Anomaly


class Found:
    def __init__(self, reader, data: bytes, kind: str, names: tuple[str, ...] = (), limits: OpenLimits | None = None):
        self.everything = list(reader.read(Thing(data, names, kind), Allowance(limits or OpenLimits())))
        self.members = [found for found in self.everything if isinstance(found, Member)]
        self.anomalies = [found.name for found in self.everything if isinstance(found, Anomaly)]
        self.links = [found.target for found in self.everything if isinstance(found, Link)]

    @property
    def data(self) -> dict[str, bytes | None]:
        """The bytes of each member by its first name."""
        return {member.names[0] if member.names else "": member.data for member in self.members}
