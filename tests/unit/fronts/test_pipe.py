from gatekeeper.app.inspection import inspection, load_config
from gatekeeper.fronts.pipe import Said, network, scan
from gatekeeper.lookups.directory import Directory
from gatekeeper.lookups.gather import Gather
from gatekeeper.tables import AccessMap, Tables
from gatekeeper.values import Action, Recipient
from tests.messages import gtube, ham

GATHER = Gather({Recipient: Directory({}, {})})
DEFAULT = inspection(load_config(None), Tables())


def test_a_message_is_judged_by_its_content() -> None:
    assert scan(ham(), Said(), DEFAULT, GATHER)[1].action is Action.ACCEPT
    verdict = scan(gtube(), Said(), DEFAULT, GATHER)[1]
    assert (verdict.action, verdict.reason) == (Action.REJECT, "gtube")


def test_what_the_caller_says_counts() -> None:
    access = AccessMap.parse("Connect:192.0.2 REJECT\nFrom:spam.example REJECT\nTo:bad@ REJECT\n", "access")
    judged = inspection(load_config(None), Tables(access=access))
    for said in (Said(client="192.0.2.7"), Said(sender="a@spam.example")):
        assert scan(ham(), said, judged, GATHER)[1].reason == "access-denied", said
    assert scan(ham(), Said(), judged, GATHER)[1].action is Action.ACCEPT


def test_every_scan_has_an_id_of_its_own() -> None:
    assert scan(ham(), Said(), DEFAULT, GATHER)[0] != scan(ham(), Said(), DEFAULT, GATHER)[0]


def test_local_line_ends_become_those_of_the_network() -> None:
    assert network(b"a: b\n\nc\n") == b"a: b\r\n\r\nc\r\n"
    assert network(b"a: b\r\n\r\nc\n") == b"a: b\r\n\r\nc\n"
    assert network(b"") == b""
