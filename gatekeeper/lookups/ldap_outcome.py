"""ldap_outcome: what the result codes of LDAP (RFC 4511 §A) are as answers. Nothing that a server says is `Absent`.

That there is no such mailbox shows in a search that ended well and found nothing, and in nothing else: `noSuchObject`
says that the base is wrong, or hidden from us.
"""

from collections.abc import Iterable, Mapping

from sansldap import LDAPResult
from sansldap import LDAPResultCode as Code

from gatekeeper.values import Exceeded, Failed, Failure, Refused, TimedOut

_LONGEST = 200  # characters of what a server says

_KINDS: Mapping[Code, type[Failure]] = {
    Code.OPERATIONS_ERROR: Refused,  # so Active Directory says that nobody has bound
    Code.TIME_LIMIT_EXCEEDED: TimedOut,
    Code.SIZE_LIMIT_EXCEEDED: Exceeded,
    Code.ADMIN_LIMIT_EXCEEDED: Exceeded,
    Code.AUTH_METHOD_NOT_SUPPORTED: Refused,
    Code.STRONG_AUTH_REQUIRED: Refused,
    Code.CONFIDENTIALITY_REQUIRED: Refused,
    Code.INAPPROPRIATE_AUTHENTICATION: Refused,
    Code.INVALID_CREDENTIALS: Refused,
    Code.INSUFFICIENT_ACCESS_RIGHTS: Refused,
    Code.UNWILLING_TO_PERFORM: Refused,
}
LIMITS = frozenset((Code.TIME_LIMIT_EXCEEDED, Code.SIZE_LIMIT_EXCEEDED, Code.ADMIN_LIMIT_EXCEEDED))
"""What was found before is true, but it is not all."""


_PARTITIONS = ("/dc=domaindnszones,", "/dc=forestdnszones,", "/cn=configuration,")
"""Where Active Directory always says that more is, and where no mailboxes are."""


class NoAnswer(Exception):  # noqa: N818  # it says what there is not
    """The server did not answer the question; `failure` is how."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.why)
        self.failure = failure


def unasked(uris: Iterable[str]) -> str:
    """The first of these places where something may be that was not found; "" if there is none."""
    return next((uri for uri in uris if not any(part in uri.lower() for part in _PARTITIONS)), "")


def no_answer(step: str, result: LDAPResult) -> NoAnswer:
    """What a result other than success means, `step` being what we wanted."""
    name = result.result_code.name.lower().replace("_", " ")
    told = "".join(character for character in result.diagnostics_message if character.isprintable())
    elsewhere = f" to {result.referrals[0]}" if result.referrals else ""
    why = f"{step}: {name}{elsewhere}{': ' if told else ''}{told}"
    return NoAnswer(_KINDS.get(result.result_code, Failed)(why[:_LONGEST]))
