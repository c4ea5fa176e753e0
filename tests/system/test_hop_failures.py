"""Whatever the next hop does, the client is told the truth, nothing is lost, and the next message goes through."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.messages import ham
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import free_port, wait_until

STEPS = ("connect", "ehlo", "mail", "rcpt", "data", "dot")
SETTINGS = """
[relay]
hop_timeout = 0.5
command_timeout = 0.5
connect_timeout = 0.5
idle = 0.2
wait = 0.3
"""


@dataclass(frozen=True, slots=True)
class Place:
    gateway: Gateway
    hop: Exchange

    def fate(self, sender: str) -> dict[str, str]:
        """Of the one recipient, as the journal has it."""
        (outcome,) = self.gateway.record(sender)["outcomes"].values()
        return dict(outcome)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with (
        Exchange(connections=1000) as hop,
        Gateway({"example.org": f"esmtp:[127.0.0.1]:{hop.port}"}, SETTINGS) as gateway,
    ):
        wait_until(lambda: hop.verbs().count("EHLO") >= 2, "each worker has asked what the hop can take")
        yield Place(gateway, hop)


@pytest.fixture(autouse=True)
def _sound(place: Place) -> Iterator[None]:
    """Each begins without a session at the hop; after each mishap the next message goes through."""
    place.hop.drop()
    wait_until(lambda: place.hop.current == 0, "no session is open")
    yield
    behaviour = place.hop.behaviour
    behaviour.replies, behaviour.delays, behaviour.vanish = {}, {}, set()
    behaviour.rcpt_replies, behaviour.pressure, behaviour.unknown = {}, False, set()
    place.hop.messages.clear()
    assert send(place.gateway.port, ham(1)).startswith("250")
    assert len(place.hop.messages) == 1
    place.hop.messages.clear()


@pytest.mark.parametrize("step", STEPS)
def test_a_temporary_refusal_is_temporary_for_the_client(place: Place, step: str) -> None:
    place.hop.behaviour.replies[step] = "421 4.3.2 not now" if step == "connect" else "451 4.3.0 not now"
    assert send(place.gateway.port, ham())[:1] == "4"
    assert not place.hop.messages


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
def test_a_refusal_for_good_is_for_good(place: Place, step: str) -> None:
    place.hop.behaviour.replies[step] = "554 5.6.0 not this"
    reply = send(place.gateway.port, ham(), sender=f"{step}@out.test")
    assert reply[:1] == "5"
    assert not place.hop.messages
    assert place.fate(f"{step}@out.test")["fate"] == "refused"


@pytest.mark.parametrize("step", ["connect", "ehlo"])
def test_a_hop_that_will_not_talk_to_us_is_no_fault_of_the_message(place: Place, step: str) -> None:
    place.hop.behaviour.replies |= {step: "554 5.3.2 go away", "helo": "554 5.3.2 go away"}
    assert send(place.gateway.port, ham())[:1] == "4"


@pytest.mark.parametrize("step", STEPS)
def test_a_hop_that_hangs_up_or_is_silent_defers(place: Place, step: str) -> None:
    place.hop.behaviour.vanish.add(step)
    assert send(place.gateway.port, ham())[:1] == "4"
    place.hop.behaviour.vanish.clear()
    place.hop.behaviour.delays[step] = 1.5
    assert send(place.gateway.port, ham())[:1] == "4"


@pytest.mark.parametrize("how", ["vanish", "late"])
def test_no_reply_to_the_dot_is_called_uncertain(place: Place, how: str) -> None:
    if how == "vanish":
        place.hop.behaviour.vanish.add("dot")
    else:
        place.hop.behaviour.delays["dot"] = 1.5
    assert send(place.gateway.port, ham(), sender=f"{how}@out.test").startswith("451 4.4")
    assert len(place.hop.messages) == 1
    assert place.fate(f"{how}@out.test")["fate"] == "uncertain"


def test_nothing_is_accepted_that_only_some_recipients_can_have(place: Place) -> None:
    place.hop.behaviour.rcpt_replies["ghost@example.org"] = "550 5.1.1 no such user"
    reply = send(place.gateway.port, ham(), to=["kim@example.org", "ghost@example.org"])
    assert reply[:1] in "45"
    assert not place.hop.messages


def test_exchange_that_refuses_after_the_dot_is_quoted(place: Place) -> None:
    place.hop.behaviour.unknown.add("gone@example.org")
    assert send(place.gateway.port, ham(), to=["gone@example.org"]).startswith("550 5.1.10 ")


def test_back_pressure_is_passed_on(place: Place) -> None:
    place.hop.behaviour.pressure = True
    assert send(place.gateway.port, ham()).startswith("452 4.3.1 ")


def test_a_hop_that_cuts_idle_sessions_costs_no_message(place: Place) -> None:
    assert send(place.gateway.port, ham()).startswith("250")
    place.hop.drop()
    assert send(place.gateway.port, ham()).startswith("250")


def test_a_hop_that_is_down_defers_until_it_is_up_again() -> None:
    port = free_port()
    with Gateway({"example.org": f"esmtp:[127.0.0.1]:{port}"}, SETTINGS) as gateway:
        assert send(gateway.port, ham())[:1] == "4"
        with Exchange(port=port) as hop:
            assert send(gateway.port, ham()).startswith("250")
            assert hop.messages[0].content.endswith(ham())
