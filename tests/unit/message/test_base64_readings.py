import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.base64_readings import padded, readings

PLAIN = bytes(range(100))
LINES = base64.encodebytes(PLAIN)


@pytest.mark.parametrize(
    "body",
    [
        LINES,
        b"no base64 here!\n" + LINES,
        b"AB\n\n" + LINES,
        LINES + b"--other--\nfooter\n",
        b"-----BEGIN x y-----\n" + LINES + b"-----END x y-----\n",
        LINES.replace(b"\n", b"=\n"),
        base64.urlsafe_b64encode(PLAIN),
        b"".join(base64.b64encode(PLAIN[i : i + 1]) for i in range(100)),
        b"".join(base64.b64encode(PLAIN[i : i + 4]) + b"\n" for i in range(0, 100, 4)),
    ],
)
def test_the_content_is_among_the_readings(body):
    assert PLAIN in readings(body)


def test_one_reading_ends_at_the_first_padding():
    assert b"A" in readings(b"QQ==" + LINES)


@given(st.text("AQgw=-_ \n#").map(str.encode) | st.binary())
def test_nothing_raises(body):
    assert all(isinstance(reading, bytes) for reading in readings(body))


@given(st.binary())
def test_missing_padding_is_no_matter(plain):
    assert padded(base64.b64encode(plain).rstrip(b"=")) == plain
