import pytest

from gatekeeper.fronts.marking import marked
from gatekeeper.values import Action, Client, Envelope, Verdict

ENVELOPE = Envelope("31n0zvnd2p4k8", "test", Client(), None)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("body", [b"", b"body", b"body\n"])
def test_lines_end_as_those_of_the_message_do(end: bytes, body: bytes) -> None:
    raw = b"A: 1\n\n".replace(b"\n", end) + body.replace(b"\n", end)
    given = b"".join(marked(raw, Verdict(Action.ACCEPT, "clean", 1.0, 5.0), ENVELOPE, "mx.example").segments)
    assert given.startswith(b"X-Gatekeeper-Id: 31n0zvnd2p4k8 by mx.example" + end)
    assert given.endswith(raw)
    assert given.count(b"\n") == given.count(end)


def test_a_message_without_a_header_gets_one() -> None:
    given = b"".join(marked(b"just text\n", Verdict(Action.ACCEPT, "clean"), ENVELOPE, "mx.example").segments)
    assert given.endswith(b"\n\njust text\n")
    assert b"\r" not in given
