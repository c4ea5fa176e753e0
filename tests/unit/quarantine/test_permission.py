"""Who may do what: the matrix, and whose mail it is."""

from pathlib import Path

import pytest

from gatekeeper.config.load import ConfigError, load
from gatekeeper.config.matrix import Matrix, Spam
from gatekeeper.quarantine.acts import NEEDED, Act, May, Reviewer, Role
from gatekeeper.quarantine.hold import Held
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.permission import in_scope, permission
from gatekeeper.values import Action, Client, Envelope, Fate, Finding, Outcome, Verdict

CLIENT = Client("192.0.2.1")
SPAM = Verdict(Action.QUARANTINE, "spam-score", 9.0, 5.0)
WORM = Verdict(
    Action.QUARANTINE, "virus-found", findings=(Finding("virus-found", certain=Action.QUARANTINE, danger=True),)
)
ANN = Reviewer("ann", Role.USER, frozenset(("Ann@own.example",)))
EVERY = permission(Matrix())


def held(**verdicts: Verdict) -> Held:
    addressed = {f"{name}@own.example": verdict for name, verdict in verdicts.items()}
    outcomes = dict.fromkeys(addressed, Outcome(Fate.HELD))
    return Held(
        Envelope("t411vhxrypjg9", "smtp", CLIENT, CLIENT, recipients=tuple(addressed)), addressed, outcomes, 0.0, 1, ""
    )


@pytest.mark.parametrize(
    ("role", "kind", "granted"),
    [
        (Role.USER, Kind.SPAM, {May.SEE, May.REQUEST, May.RELEASE, May.DELETE}),
        (Role.USER, Kind.BULK, {May.SEE, May.REQUEST, May.RELEASE, May.DELETE}),
        (Role.USER, Kind.POLICY, {May.SEE, May.REQUEST, May.DELETE}),
        (Role.USER, Kind.ATTACHMENT, {May.SEE, May.REQUEST, May.DELETE}),
        (Role.USER, Kind.VIRUS, set()),
        (Role.HELPDESK, Kind.SPAM, {May.SEE, May.REQUEST, May.RELEASE, May.DELETE}),
        (Role.HELPDESK, Kind.BULK, {May.SEE, May.REQUEST, May.RELEASE, May.DELETE}),
        (Role.HELPDESK, Kind.POLICY, {May.SEE, May.REQUEST, May.RELEASE, May.DELETE}),
        (Role.HELPDESK, Kind.ATTACHMENT, {May.SEE, May.REQUEST, May.DELETE}),
        (Role.HELPDESK, Kind.VIRUS, {May.SEE}),
        *((Role.ADMINISTRATOR, kind, {May.SEE, May.RELEASE, May.DELETE}) for kind in Kind),
    ],
)
def test_what_is_granted_if_nothing_is_configured(role: Role, kind: Kind, granted: set[May]) -> None:
    assert {deed for deed in May if EVERY.may(role, kind, deed)} == granted


def test_the_configuration_grants_and_takes_away(tmp_path: Path) -> None:
    path = tmp_path / "gatekeeper.toml"
    path.write_text('[quarantine.matrix.policy]\nuser = ["release"]\nhelpdesk = []\n')
    granted = permission(load(path, None).config.quarantine.matrix)
    assert [deed for deed in May if granted.may(Role.USER, Kind.POLICY, deed)] == [May.RELEASE]
    assert not any(granted.may(Role.HELPDESK, Kind.POLICY, deed) for deed in May)
    assert granted.may(Role.ADMINISTRATOR, Kind.POLICY, May.RELEASE)
    assert granted.may(Role.USER, Kind.SPAM, May.RELEASE)


@pytest.mark.parametrize(
    "wrong", ['[quarantine.matrix.virus]\nuser = ["see"]', '[quarantine.matrix.spam]\nuser = ["free"]']
)
def test_what_is_no_deed_or_never_granted_is_a_mistake(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "gatekeeper.toml"
    path.write_text(wrong)
    with pytest.raises(ConfigError, match=r"quarantine\.matrix"):
        load(path, None)


def test_a_worm_is_nothing_for_users_whatever_was_granted() -> None:
    granted = permission(Matrix())
    anything = type(granted)({(role, kind): frozenset(May) for role in Role for kind in Kind})
    assert not any(anything.may(Role.USER, Kind.VIRUS, deed) for deed in May)
    assert anything.may(Role.HELPDESK, Kind.VIRUS, May.RELEASE)


def test_a_user_acts_only_on_what_is_held_for_their_own_mailboxes() -> None:
    message = held(ann=SPAM, bob=SPAM)
    assert EVERY.recipients(ANN, message, May.RELEASE) == ("ann@own.example",)
    assert EVERY.recipients(Reviewer("eve", Role.USER), message, May.SEE) == ()
    desk = Reviewer("help", Role.HELPDESK)
    assert EVERY.recipients(desk, message, May.RELEASE) == ("ann@own.example", "bob@own.example")


def test_each_recipient_has_a_reason_of_their_own() -> None:
    message = held(ann=WORM, bob=SPAM)
    desk = Reviewer("help", Role.HELPDESK)
    assert EVERY.recipients(ANN, message, May.SEE) == ()
    assert EVERY.recipients(desk, message, May.SEE) == ("ann@own.example", "bob@own.example")
    assert EVERY.recipients(desk, message, May.RELEASE) == ("bob@own.example",)


@pytest.mark.parametrize("address", ["ANN@OWN.example", "ann@own.example"])
def test_an_address_is_theirs_in_either_case(address: str) -> None:
    assert in_scope(ANN, address)


@pytest.mark.parametrize("address", ["joann@own.example", "ann@own.example.evil", "", "kate@own.example"])
def test_what_only_looks_like_an_address_of_theirs_is_not(address: str) -> None:
    kelvin = Reviewer("kate", Role.USER, frozenset(("ann@own.example", "\u212aate@own.example")))
    assert not in_scope(kelvin, address)


def test_a_role_that_the_matrix_does_not_know_is_granted_nothing() -> None:
    assert permission(Matrix(spam=Spam(user=[]))).recipients(ANN, held(ann=SPAM), May.SEE) == ()


def test_every_act_but_undoing_needs_something() -> None:
    assert set(Act) - set(NEEDED) == {Act.UNDO}
