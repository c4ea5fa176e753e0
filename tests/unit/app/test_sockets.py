"""Sockets: how they are named, what happens to what stands in their place, all or nothing."""

import os
import socket
import stat
from pathlib import Path

import pytest

from gatekeeper.app.sockets import Endpoint, Sockets, milter_endpoint, spamd_endpoint, tcp_endpoint
from tests.servers.room import free_port

INET, INET6, UNIX = socket.AF_INET, socket.AF_INET6, socket.AF_UNIX


def endpoint(path: Path, **more: object) -> Endpoint:
    return Endpoint(UNIX, str(path), **more)


@pytest.fixture
def sockets():
    bound = Sockets()
    yield bound
    bound.keep(())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:2525", (INET, "127.0.0.1", 2525)),
        ("[::1]:25", (INET6, "::1", 25)),
        (":25", (INET, "", 25)),
    ],
)
def test_tcp(text, place):
    assert tcp_endpoint(text).key == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("unix:/run/m.sock", (UNIX, "/run/m.sock", 0)),
        ("local:/run/m.sock", (UNIX, "/run/m.sock", 0)),
        ("/run/m.sock", (UNIX, "/run/m.sock", 0)),
        ("inet:8891@127.0.0.1", (INET, "127.0.0.1", 8891)),
        ("inet:8891@localhost", (INET, "localhost", 8891)),
        ("inet:8891", (INET, "", 8891)),
        ("inet6:8891@::1", (INET6, "::1", 8891)),
        ("inet6:8891@[::1]", (INET6, "::1", 8891)),
    ],
)
def test_milter_sockets_in_sendmails_words(text, place):
    assert milter_endpoint(text).key == place


@pytest.mark.parametrize("text", ["", "unix:relative", "inet:host:8891", "inet:x@host", "tcp:1@2", "inet:99999@host"])
def test_mistakes(text):
    with pytest.raises(ValueError):
        milter_endpoint(text)


@pytest.mark.parametrize(
    ("text", "key", "copies"),
    [
        ("127.0.0.1:783", (socket.AF_INET, "127.0.0.1", 783), 3),
        ("[::1]:783", (socket.AF_INET6, "::1", 783), 3),
        ("unix:/run/spamd.sock", (socket.AF_UNIX, "/run/spamd.sock", 0), 0),
    ],
)
def test_where_spamc_connects_to(text, key, copies):
    endpoint = spamd_endpoint(text, 3, "joe:mail", "0660")
    assert (endpoint.key, endpoint.copies) == (key, copies)
    if endpoint.family == socket.AF_UNIX:
        assert (endpoint.owner, endpoint.mode) == ("joe:mail", 0o660)


def test_a_port_is_shared_by_copies_and_chosen_once(sockets):
    place = Endpoint(INET, "127.0.0.1", 0, copies=3)
    sockets.bind([place])
    ports = {bound.getsockname()[1] for bound in sockets.all()}
    assert len(sockets.all()) == 3
    assert len(ports) == 1


def test_copies_are_dealt_out_even_to_fewer_workers(sockets):
    place = Endpoint(INET, "127.0.0.1", 0, copies=3)
    sockets.bind([place])
    assert [len(sockets.share(place, slot, 3)) for slot in range(3)] == [1, 1, 1]
    dealt = [sockets.share(place, slot, 2) for slot in range(2)]
    assert sorted(map(len, dealt)) == [1, 2]
    assert {s.fileno() for share in dealt for s in share} == {s.fileno() for s in sockets.all()}


def test_one_socket_without_copies_goes_to_all(sockets):
    place = Endpoint(INET, "127.0.0.1", 0)
    sockets.bind([place])
    assert sockets.share(place, 0, 2) == sockets.share(place, 1, 2) == sockets.all()


def test_binding_again_keeps_what_is_bound(sockets):
    place = Endpoint(INET, "127.0.0.1", 0)
    sockets.bind([place])
    (before,) = sockets.all()
    sockets.bind([place])
    assert sockets.all() == [before]


def test_all_or_nothing(sockets):
    sockets.bind([first := Endpoint(INET, "127.0.0.1", 0, copies=1)])
    before = sockets.all()
    port = before[0].getsockname()[1]
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1 port {port}: Address already in use"):
        sockets.bind([first, Endpoint(INET, "127.0.0.1", 0, copies=2), Endpoint(INET, "127.0.0.1", port)])
    assert sockets.all() == before


def test_a_host_that_does_not_exist_is_named(sockets):
    with pytest.raises(OSError, match=r"cannot listen on nowhere\.invalid port 1"):
        sockets.bind([Endpoint(INET, "nowhere.invalid", 1)])


def test_restore_undoes_a_bind(sockets):
    kept = Endpoint(INET, "127.0.0.1", 0, copies=2)
    sockets.bind([kept])
    before = sockets.all()
    counts = sockets.bind([Endpoint(INET, "127.0.0.1", 0, copies=4), Endpoint(INET6, "::1", 0)])
    assert len(sockets.all()) == 5
    sockets.restore(counts)
    assert sockets.all() == before


def test_accepted_connections_do_not_wait_for_each_other(sockets):
    sockets.bind([Endpoint(INET, "127.0.0.1", 0)])
    (listening,) = sockets.all()
    assert not listening.getblocking()
    with socket.create_connection(listening.getsockname()):
        accepted = listening.accept()[0]
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        accepted.close()


def test_a_milters_segments_are_small(sockets):
    sockets.bind([milter_endpoint("inet:0@127.0.0.1")])
    (listening,) = sockets.all()
    with socket.create_connection(listening.getsockname()) as client:
        assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) <= 536


def test_ipv6_leaves_ipv4_alone(sockets):
    port = free_port()  # not one that the system gives to outgoing connections
    sockets.bind([Endpoint(INET6, "::", port)])
    sockets.bind([Endpoint(INET, "0.0.0.0", port)])
    assert len(sockets.all()) == 2


def test_a_unix_socket_in_a_new_directory(sockets, tmp_path):
    path = tmp_path / "a" / "b" / "milter.sock"
    sockets.bind([endpoint(path, mode=0o620)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o620
    sockets.keep(())
    assert not path.exists()


def test_a_stale_socket_is_replaced(sockets, tmp_path):
    path = tmp_path / "milter.sock"
    with socket.socket(UNIX) as dead:
        dead.bind(str(path))
    sockets.bind([endpoint(path)])
    with socket.socket(UNIX) as client:
        client.connect(str(path))


@pytest.mark.parametrize("backlog", [0, 5])
def test_a_socket_on_which_somebody_listens_is_not(sockets, tmp_path, backlog):
    path = tmp_path / "milter.sock"
    with socket.socket(UNIX) as other:
        other.bind(str(path))
        other.listen(backlog)
        waiting = []
        for _ in range(0 if backlog else 2):  # fill its queue
            waiting.append(socket.socket(UNIX))
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(str(path))
        with pytest.raises(OSError, match="another process listens there"):
            sockets.bind([endpoint(path)])
        for client in waiting:
            client.close()
    assert path.exists()


def test_what_is_no_socket_is_left_alone(sockets, tmp_path):
    path = tmp_path / "milter.sock"
    path.write_text("precious")
    with pytest.raises(OSError, match="not a socket"):
        sockets.bind([endpoint(path)])
    assert path.read_text() == "precious"


def test_a_path_that_was_taken_over_is_left_alone(sockets, tmp_path):
    path = tmp_path / "milter.sock"
    sockets.bind([endpoint(path)])
    path.unlink()
    path.write_text("another's")
    sockets.keep(())
    assert path.exists()


def test_mode_and_owner_follow_the_settings(sockets, tmp_path):
    path = tmp_path / "milter.sock"
    sockets.bind([endpoint(path, mode=0o600)])
    sockets.bind([endpoint(path, mode=0o666)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o666
    with pytest.raises(OSError, match="unknown owner 'nobody-of-that-name'"):
        sockets.bind([endpoint(path, owner="nobody-of-that-name")])
    assert path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_an_owner_and_a_group(sockets, tmp_path):
    path = tmp_path / "milter.sock"
    sockets.bind([endpoint(path, owner="nobody:daemon")])
    import grp
    import pwd

    assert (path.stat().st_uid, path.stat().st_gid) == (
        pwd.getpwnam("nobody").pw_uid,
        grp.getgrnam("daemon").gr_gid,
    )
