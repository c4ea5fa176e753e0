"""permission: who may do what with what: the matrix kind x role of the configuration. Pure; it cannot fail.

A worm is nothing for users, whatever the configuration says.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.config.matrix import Matrix
from gatekeeper.quarantine.acts import May, Reviewer, Role
from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.kinds import Kind, kind_of


@dataclass(frozen=True, slots=True)
class Permission:
    """What is granted to each role for each kind of reason. What is not there is not granted."""

    granted: Mapping[tuple[Role, Kind], frozenset[May]]

    def may(self, role: Role, kind: Kind, deed: May) -> bool:
        """Whether somebody of this role may do that with what is held for such a reason."""
        never = role is Role.USER and kind is Kind.VIRUS
        return not never and deed in self.granted.get((role, kind), frozenset())

    def recipients(self, who: Reviewer, held: Held, deed: May) -> tuple[str, ...]:
        """The recipients of a message for whom this reviewer may do that; in their order."""
        return tuple(
            address
            for address, verdict in held.verdicts.items()
            if in_scope(who, address) and self.may(who.role, kind_of(verdict), deed)
        )

    def waiting(self, who: Reviewer, held: Held, deed: May) -> tuple[str, ...]:
        """Those of them about whom nobody has decided."""
        granted = self.recipients(who, held, deed)
        return tuple(address for address in held.waiting if address in granted)


def permission(matrix: Matrix) -> Permission:
    """What the configuration grants."""
    return Permission(
        {
            (role, kind): frozenset(map(May, getattr(getattr(matrix, kind.value), role.value, ())))
            for role in Role
            for kind in Kind
        }
    )


def in_scope(who: Reviewer, address: str) -> bool:
    """Whether what is held for this address is theirs to see. Only ASCII is folded, as the index does it."""
    return who.role is not Role.USER or _folded(address) in map(_folded, who.mailboxes)


def _folded(address: str) -> bytes:
    return address.encode("utf-8", "surrogatepass").lower()
