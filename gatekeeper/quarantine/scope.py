"""scope: what of a held message a reviewer sees, and for which of its recipients an act may be done. Pure.

Fails with `NotDone`. What somebody may not see at all is answered as what does not exist.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from gatekeeper.quarantine.acts import NEEDED, Act, May, NotDone, Reviewer, Role
from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.kinds import Kind, kind_of
from gatekeeper.quarantine.permission import Permission
from gatekeeper.values import Verdict

_BECAUSE = {
    Kind.SPAM: "it is held as spam",
    Kind.BULK: "it is held as bulk mail",
    Kind.POLICY: "it is held by a rule of this organisation",
    Kind.ATTACHMENT: "it is held for what is attached to it",
    Kind.VIRUS: "it is held for a virus",
}


def missing(hold_id: str) -> NotDone:
    """The same for what never was and for what is none of theirs."""
    return NotDone(f"{hold_id[:40]}: nothing of this id is held", missing=True)


def seen(permission: Permission, who: Reviewer, held: Held | None, hold_id: str) -> Held:
    """The message with those of its recipients whom this reviewer sees; nothing in it names the others."""
    theirs = permission.recipients(who, held, May.SEE) if held is not None else ()
    if held is None or not theirs:
        raise missing(hold_id)
    if who.role is not Role.USER:
        visible = held.envelope
    else:
        visible = replace(held.envelope, recipients=tuple(a for a in held.envelope.recipients if a in theirs))
    return replace(
        held,
        envelope=visible,
        verdicts={address: _about(held.verdicts[address], theirs) for address in theirs},
        outcomes={address: held.outcomes[address] for address in theirs},
    )


def concerned(
    permission: Permission, who: Reviewer, held: Held, act: Act, named: Sequence[str] = (), among: Sequence[str] = ()
) -> tuple[str, ...]:
    """Those of the recipients of `held`, as `seen` has it, for whom this is to be done: all of them, or those named.
    They must be `among` those for whom it can be done.
    """
    granted = permission.recipients(who, held, NEEDED[act])
    wanted = tuple(dict.fromkeys(named))
    if strangers := [address for address in wanted if address not in held.verdicts]:
        raise NotDone(f"it is not held for {', '.join(strangers)}")
    refused = [address for address in wanted or tuple(held.verdicts) if address not in granted]
    if refused and (wanted or not granted):
        _refuse(who, held, act, refused[0])
    if late := [address for address in wanted if address not in among]:
        raise NotDone(f"{late[0]} does not wait for it: {held.outcomes[late[0]].fate}")
    chosen = wanted or tuple(address for address in granted if address in among)
    if not chosen:
        fates = ", ".join(f"{address} ({held.outcomes[address].fate})" for address in granted)
        raise NotDone(f"nobody waits for it any more: {fates}; name who is to have it all the same")
    return chosen


def _refuse(who: Reviewer, held: Held, act: Act, address: str) -> NoReturn:
    kind = kind_of(held.verdicts[address])
    way = "ask an administrator" if act is not Act.REQUEST else "write to an administrator"
    raise NotDone(f"{_BECAUSE[kind]}, and {_doing(act)} is not for a {who.role}: {way}")


def _doing(act: Act) -> str:
    return f"'{act.replace('-', ' ')}'"


def _about(verdict: Verdict, theirs: Sequence[str]) -> Verdict:
    """Without the other recipients that a finding is about."""
    if not any(finding.only_for for finding in verdict.findings):
        return verdict
    findings = (
        replace(finding, only_for=tuple(address for address in finding.only_for if address in theirs))
        for finding in verdict.findings
    )
    return replace(verdict, findings=tuple(findings))
