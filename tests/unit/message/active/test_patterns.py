"""Every pattern takes time in step with the size of what it reads: a quadratic one would run into the time limit."""

import pytest

from gatekeeper.message.active import active_content

SIZE = 1_000_000

WORST = [
    b"<script",
    b"<script ",
    b"<script>",
    b"<a ",
    b"<iframe a='",
    b"<iframe x=",
    b"<x:",
    b"data:",
    b"data:text/html,",
    b'"data:text/html,',
    b"data" + b" ",
    b"data:a/b;",
    b"onload=",
    b" onload='",
    b"=j a v a",
    b"=" + b" " * 10,
    b"j" + b" " * 50,
    b'"',
    b"'\"`",
    b'"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    b'" + ',
    b"[1,",
    b"1,2,3,",
    b"( 0x1 , ",
    b"\\x41",
    b"\\u{0000",
    b"%41",
    b"a",
    b"&#106;",
    b"&#x0000",
    b"<!entity ",
    b"<!entity a '",
    b"<?xml-stylesheet ",
    b"type = ",
    b"download = ",
    b"_0x1234",
    b"+ADw-",
    b"<meta http-equiv=refresh content=' ;,",
    b"\0",
]


@pytest.mark.parametrize("piece", WORST)
@pytest.mark.parametrize("kind", ["html", "script"])
def test_the_worst_megabyte_is_read_to_its_end(piece, kind):
    active_content((piece * (SIZE // len(piece) + 1))[:SIZE], kind)
