"""matrix: who may do what with a held message, by the class of the reason it is held for: a row for each class.

Deeds are "see", "request" (ask an administrator to let it go on), "release" and "delete"; an empty list is never. What
may not be released is not handed out in any other way either, as a download or an attachment.
"""

from typing import Literal

import msgspec

Deed = Literal["see", "request", "release", "delete"]


def _deeds(*deeds: Deed) -> list[Deed]:
    return msgspec.field(default_factory=lambda: list(deeds))


class Spam(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine.matrix.spam]: its score, words, links, block lists."""

    user: list[Deed] = _deeds("see", "request", "release", "delete")  # those whom it was sent to
    helpdesk: list[Deed] = _deeds("see", "request", "release", "delete")
    administrator: list[Deed] = _deeds("see", "release", "delete")


class Bulk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine.matrix.bulk]: newsletters and campaigns."""

    user: list[Deed] = _deeds("see", "request", "release", "delete")
    helpdesk: list[Deed] = _deeds("see", "request", "release", "delete")
    administrator: list[Deed] = _deeds("see", "release", "delete")


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine.matrix.policy]: an operator's table, a sender that is not who it says, something that failed."""

    user: list[Deed] = _deeds("see", "request", "delete")
    helpdesk: list[Deed] = _deeds("see", "request", "release", "delete")
    administrator: list[Deed] = _deeds("see", "release", "delete")


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine.matrix.attachment]: an attachment that is banned, or holds what is."""

    user: list[Deed] = _deeds("see", "request", "delete")
    helpdesk: list[Deed] = _deeds("see", "request", "delete")
    administrator: list[Deed] = _deeds("see", "release", "delete")


class Virus(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine.matrix.virus]: a worm. It is nothing for users, so there is no such setting."""

    helpdesk: list[Deed] = _deeds("see")
    administrator: list[Deed] = _deeds("see", "release", "delete")


class Matrix(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[quarantine.matrix]: a row for each class of reasons."""

    spam: Spam = Spam()
    bulk: Bulk = Bulk()
    policy: Policy = Policy()
    attachment: Attachment = Attachment()
    virus: Virus = Virus()
