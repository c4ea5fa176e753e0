"""Against the real formail, which comes with procmail."""

import subprocess

import pytest

from gatekeeper.tables.procmail.formail import FormailError, read_formail
from tests.programs import needs

MESSAGE = b"""\
From a@b.example  Sat Nov 28 16:40:02 2026
Subject: one
\ttwo
X-A: 1
To: x@y.example
X-A: 2

body
X-A: 3
"""


@needs("formail", "procmail")
@pytest.mark.parametrize(
    "arguments",
    [
        ["-A", "X-N: v"],
        ["-a", "X-A: 9"],
        ["-a", "X-B: 9"],
        ["-I", "X-A: 7"],
        ["-I", "X-A:"],
        ["-IX-A:"],
        ["-i", "X-A: 7"],
        ["-R", "X-A:", "X-Z:"],
        ["-xSubject:"],
        ["-zxSubject:"],
        ["-czxSubject:"],
        ["-zxX-A:"],
        ["-x", "Nope:"],
        ["-c"],
        ["-u", "X-A:"],
        ["-U", "x-a:"],
        ["-I", "Subject: other", "-A", "Y: 1"],
        ["-I", "Subject: a", "-I", "X-A: b"],
        ["-fA", "X-N: v"],
    ],
    ids=" ".join,
)
def test_as_formail_does_it(arguments: list[str]) -> None:
    done = subprocess.run(["formail", *arguments], input=MESSAGE, stdout=subprocess.PIPE, check=False, timeout=10)
    assert read_formail(arguments).run(MESSAGE) == done.stdout


@pytest.mark.parametrize(
    "arguments", [["-r"], ["-D", "8192", "cache"], ["-s", "cat"], ["x"], ["-A"], ["-R", "A:"], ["-A", "no colon"]]
)
def test_what_is_not_done(arguments: list[str]) -> None:
    with pytest.raises(FormailError) as error:
        read_formail(arguments)
    assert error.value.remedy


def test_a_message_without_a_header() -> None:
    assert read_formail(["-A", "X: 1"]).run(b"") == b"X: 1\n\n"
