"""active: what HTML, SVG, XML and scripts would do when opened, found without running or building anything.

Pure and linear, so that it may be called in a gateway's own process, for every body. Nothing here raises.
"""

from gatekeeper.message.active.content import ACTIVE_KINDS, Active, Payload, active_content, page_kind

__all__ = ["ACTIVE_KINDS", "Active", "Payload", "active_content", "page_kind"]
