"""route: our domains go to their hops; nothing else goes anywhere."""

import pytest

from gatekeeper.relay.route import Denied, Route, Routes
from gatekeeper.tables.hop import Hop
from gatekeeper.tables.lookup_table import LookupTable
from gatekeeper.tables.mailertable import Mailertable
from gatekeeper.tables.transport import TransportMap
from gatekeeper.tables.virtusertable import Virtusertable

TABLE = Mailertable.parse(
    "own.test\tesmtp:[10.0.0.1]\n"
    ".below.test\tesmtp:[10.0.0.2]:2525\n"
    "gone.test\terror:5.1.2:550 This domain has moved\n"
    "one.test\tesmtp:joe@[10.0.0.1]\n"
    "here.test\tlocal:\n"
    "self.test\tesmtp:[192.0.2.1]:2526\n"
    ".\trelay:smart.test\n",
    "mailertable",
)
HOP = Hop("esmtp", "10.0.0.1")
routes = Routes(TABLE)


def hop_of(address: str, table: Routes = routes, *, may_relay: bool = False) -> Hop:
    route = table.route(address, may_relay=may_relay)
    assert isinstance(route, Route), route
    return route.hop


def denied(address: str, table: Routes = routes, *, may_relay: bool = False) -> Denied:
    route = table.route(address, may_relay=may_relay)
    assert isinstance(route, Denied), route
    return route


@pytest.mark.parametrize("address", ["a@own.test", "A@OWN.Test", "a@own.test.", '"a b"@own.test', "abuse@own.test"])
def test_own_mail_goes_to_its_hop(address: str) -> None:
    assert hop_of(address) == HOP


def test_what_is_below_goes_to_its_own_hop() -> None:
    assert hop_of("a@x.y.below.test") == Hop("esmtp", "10.0.0.2", 2525)


@pytest.mark.parametrize(
    "address",
    [
        "a@other.test",
        "a@below.test",
        "a@own.test.other.test",
        "a@notown.test",
        "user%other.test@own.test",
        "other.test!user@own.test",
        '"a@other.test"@own.test',
        '"a%other.test"@own.test',
        r'"a\@other.test"@own.test',
        "@own.test:a@other.test",
        "@other.test:a@own.test",
        "a@other.test@own.test",
        "a@[10.0.0.1]",
        "a@[IPv6:::1]",
        "a@[own.test]",
        "a@",
        "@",
        "",
        "somebody",
        "a@ø.test",
        "a@" + "ä" * 300,
    ],
)
def test_relaying_is_denied(address: str) -> None:
    answer = denied(address)
    assert (answer.reply.code, answer.reply.status, answer.reason) == (550, "5.7.1", "relay-denied")


def test_the_catch_all_serves_only_clients_that_may_relay() -> None:
    assert hop_of("a@other.test", may_relay=True) == Hop("relay", "smart.test", mx=True)
    assert denied("a@[192.0.2.9]", may_relay=True).reply.code == 550


def test_without_a_catch_all_nobody_relays() -> None:
    table = Routes(Mailertable.parse("own.test esmtp:[10.0.0.1]\n", "x"))
    assert denied("a@other.test", table, may_relay=True).reply.status == "5.7.1"


def test_an_operators_error_is_the_answer() -> None:
    answer = denied("a@gone.test")
    assert str(answer.reply) == "550 5.1.2 This domain has moved"
    assert answer.reason == "mailertable"


def test_a_user_in_the_table_replaces_the_recipient() -> None:
    route = routes.route("anybody@one.test")
    assert isinstance(route, Route)
    assert route.address.startswith("joe@")


def test_the_address_is_left_as_it_was_written() -> None:
    route = routes.route("Mixed.Case@Own.TEST.")
    assert isinstance(route, Route)
    assert route.address == "Mixed.Case@Own.TEST"
    assert route.own


def test_what_no_hop_can_take_waits_for_the_operator() -> None:
    answer = denied("a@here.test")
    assert (answer.reply.code, answer.reason) == (451, "no-next-hop")


# relay.domains


def test_listed_domains_replace_those_of_the_table() -> None:
    table = Routes(TABLE, ["own.test", "Listed.Test", ".wide.test"])
    assert hop_of("a@own.test", table) == HOP
    assert hop_of("a@listed.test", table) == Hop("relay", "smart.test", mx=True)
    assert hop_of("a@x.wide.test", table).host == "smart.test"
    assert denied("a@wide.test", table).reason == "relay-denied"
    assert denied("a@x.below.test", table).reason == "relay-denied"


def test_a_listed_domain_without_an_entry_waits_for_the_operator() -> None:
    table = Routes(Mailertable.parse("own.test esmtp:[10.0.0.1]\n", "x"), ["own.test", "new.test"])
    assert denied("a@new.test", table).reply.code == 451


def test_an_internationalised_domain() -> None:
    table = Routes(Mailertable.parse("xn--mnchen-3ya.test esmtp:[10.0.0.1]\n", "x"))
    route = table.route("a@München.test")
    assert isinstance(route, Route)
    assert route.address == "a@München.test"


# postmaster


@pytest.mark.parametrize("address", ["postmaster", "Postmaster", "POSTMASTER"])
def test_postmaster_alone_goes_to_the_first_own_domain(address: str) -> None:
    route = routes.route(address)
    assert route == Route(HOP, f"{address}@own.test", True)
    listed = Routes(TABLE, [".wide.test", "own.test"]).route(address)
    assert listed == Route(HOP, f"{address}@own.test", True)


def test_postmaster_without_any_domain() -> None:
    assert denied("postmaster", Routes(Mailertable())).reply.code == 550


# loops


@pytest.mark.parametrize("listener", [("192.0.2.1", 2526)])
def test_a_hop_that_is_our_own_listener(listener: tuple[str, int]) -> None:
    assert denied("a@self.test", Routes(TABLE, listeners=[listener])).reason == "loop"


@pytest.mark.parametrize("listener", [("192.0.2.1", 25), ("192.0.2.2", 2526)])
def test_another_address_or_port_is_no_loop(listener: tuple[str, int]) -> None:
    assert hop_of("a@self.test", Routes(TABLE, listeners=[listener])).port == 2526


@pytest.mark.parametrize("every", ["0.0.0.0", "::"])
def test_a_listener_for_every_address_is_on_loopback_too(every: str) -> None:
    table = Mailertable.parse("own.test esmtp:[127.0.0.1]:2600\n", "x")
    assert denied("a@own.test", Routes(table, listeners=[(every, 2600)])).reason == "loop"
    assert hop_of("a@own.test", Routes(table, listeners=[(every, 25)])).port == 2600


VIRTUAL = Virtusertable.parse(
    "joe@virt.test jim@own.test\n"
    "far@virt.test x@far.test\n"
    "gone@virt.test error:5.1.1:550 gone\n"
    "boss@own.test vip@own.test\n",
    "virtusertable",
)


def test_a_virtual_address_goes_where_the_other_one_goes() -> None:
    table = Routes(TABLE, virtual=VIRTUAL)
    assert table.route("JOE@virt.test") == Route(HOP, "jim@own.test", own=True)
    assert table.route("boss@own.test") == Route(HOP, "vip@own.test", own=True)
    assert table.route("far@virt.test") == Route(Hop("relay", "smart.test", mx=True), "x@far.test", own=True)
    assert table.route("other@own.test") == Route(HOP, "other@own.test", own=True)


def test_who_is_not_in_a_virtual_domain_is_unknown() -> None:
    only = Mailertable.parse("own.test esmtp:[10.0.0.1]\n", "m")
    table = Routes(only, virtual=VIRTUAL)
    assert str(denied("gone@virt.test", table).reply) == "550 5.1.1 gone"
    assert str(denied("who@virt.test", table).reply) == "550 5.1.1 User unknown"
    assert denied("far@virt.test", table).reply.code == 451
    assert denied("joe@virt.test", Routes(only, ["own.test"], virtual=VIRTUAL)).reason == "relay-denied"


def test_a_transport_map_says_where_an_address_goes() -> None:
    text = "own.test smtp:[10.0.0.1]\nvip@own.test smtp:[10.0.0.2]\ndead@own.test discard:\n* smtp:[10.9.9.9]\n"
    table = Routes(TransportMap.of((LookupTable.parse(text, "t"),)))
    assert hop_of("joe@own.test", table) == Hop("esmtp", "10.0.0.1")
    assert hop_of("VIP@own.test", table) == Hop("esmtp", "10.0.0.2")
    assert hop_of("dead@own.test", table) == Hop("discard")
    assert denied("x@other.test", table).reason == "relay-denied"
    assert hop_of("x@other.test", table, may_relay=True) == Hop("esmtp", "10.9.9.9")
    assert hop_of("postmaster", table) == Hop("esmtp", "10.0.0.1")


def test_a_list_of_hops_with_us_in_it_is_a_loop() -> None:
    text = "own.test smtp:[10.0.0.1], [192.0.2.1]:2525\n"
    table = Routes(TransportMap.of((LookupTable.parse(text, "t"),)), listeners=[("192.0.2.1", 2525)])
    assert denied("joe@own.test", table).reason == "loop"


def test_what_a_table_of_ours_names_may_be_anywhere() -> None:
    assert routes.beyond("x@far.test") == Route(Hop("relay", "smart.test", mx=True), "x@far.test", own=False)
    assert routes.beyond("x@own.test") == Route(HOP, "x@own.test", own=True)
