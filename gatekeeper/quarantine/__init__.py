"""quarantine: hold, list, read, release, expire. A hold is on disk before anybody is told so."""

from gatekeeper.quarantine.hold import Held, Hold
from gatekeeper.quarantine.quarantine import Quarantine
from gatekeeper.quarantine.release import Refusal

__all__ = ["Held", "Hold", "Quarantine", "Refusal"]
