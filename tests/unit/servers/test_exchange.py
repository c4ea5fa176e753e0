"""The Exchange stand-in does what it is told: the tests of the gateway rest on it."""

import os
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.exchange import Exchange

ROOT = Path(__file__).parents[3]
MESSAGE = b"Subject: x\r\n\r\n.dot\r\n..two\r\n.\r\nend\r\n"


def client(server: Exchange) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.port, timeout=10)


def wire(server: Exchange, *pieces: bytes) -> list[bytes]:
    """Everything the server says to these bytes, line by line."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read().splitlines()


def test_what_arrives_is_kept() -> None:
    with Exchange() as inner, client(inner) as smtp:
        smtp.sendmail("a@b", ["c@d", "e@d"], MESSAGE)
        [message] = inner.messages
        assert message.content == MESSAGE
        assert message.recipients == ("c@d", "e@d")
        assert message.mail_parameters == f"size={len(MESSAGE)}"


def test_bdat() -> None:
    with Exchange() as inner:
        replies = wire(
            inner,
            b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 4\r\n",
            b"a\r\n.",
            b"BDAT 4 LAST\r\n\r\n.\nQUIT\r\n",
        )
        assert replies[-1].startswith(b"221")
        assert inner.messages[0].content == b"a\r\n.\r\n.\n"
        assert inner.messages[0].verb == "BDAT"


@pytest.mark.parametrize("end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n"])
def test_only_crlf_ends_the_data(end: bytes) -> None:
    with Exchange() as inner:
        wire(inner, b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<c@d>\r\nDATA\r\none" + end + b"two\r\n.\r\nQUIT\r\n")
        assert [message.content for message in inner.messages] == [b"one" + end + b"two\r\n"]


def test_recipients() -> None:
    with Exchange(verify={"c@d"}, unknown={"ghost@d"}) as inner, client(inner) as smtp:
        assert smtp.sendmail("a@b", ["c@d", "e@d"], MESSAGE)["e@d"][0] == 550
        inner.behaviour.verify = None
        with pytest.raises(smtplib.SMTPDataError, match=r"5\.1\.10"):
            smtp.sendmail("a@b", ["ghost@d", "c@d"], MESSAGE)
        assert len(inner.messages) == 1


def test_the_21st_connection() -> None:
    with Exchange() as inner:
        clients = [client(inner) for _ in range(20)]
        with pytest.raises(smtplib.SMTPConnectError, match=r"4\.3\.2"):
            client(inner)
        assert (inner.peak, inner.turned_away) == (20, 1)
        clients[0].quit()
        client(inner).quit()


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
def test_planned_replies_are_used_up(step: str) -> None:
    with Exchange(replies={step: ["450 4.2.1 once"]}) as inner, client(inner) as smtp:
        with pytest.raises(smtplib.SMTPException):
            smtp.sendmail("a@b", ["c@d"], MESSAGE)
        smtp.rset()
        smtp.sendmail("a@b", ["c@d"], MESSAGE)
        assert len(inner.messages) == 1


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data", "dot"])
def test_it_vanishes(step: str) -> None:
    with Exchange(vanish={step}) as inner:
        with pytest.raises(smtplib.SMTPException):
            client(inner).sendmail("a@b", ["c@d"], MESSAGE)
        assert len(inner.messages) == (step == "dot")


@pytest.mark.parametrize("limit", ["idle", "lifetime"])
def test_it_loses_patience(limit: str) -> None:
    with Exchange(**{limit: 0.05}) as inner, client(inner) as smtp:
        assert smtp.getreply()[0] == 421


def test_back_pressure_and_tarpit() -> None:
    with Exchange(pressure=True, tarpit=0.05) as inner, client(inner) as smtp:
        smtp.ehlo()
        assert smtp.mail("a@b")[0] == 452


def test_extensions_are_switched() -> None:
    with Exchange(extensions={"PIPELINING", "SIZE"}, size=99) as inner, client(inner) as smtp:
        smtp.ehlo()
        assert smtp.esmtp_features == {"pipelining": "", "size": "99"}


def test_messages_in_a_directory(tmp_path: Path) -> None:
    with Exchange(directory=tmp_path) as inner, client(inner) as smtp:
        smtp.sendmail("a@b", ["c@d"], MESSAGE)
    assert (tmp_path / "000001.eml").read_bytes() == MESSAGE
    assert (tmp_path / "000001.envelope").read_text() == "from a@b\nto c@d\n"


def test_from_the_shell(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.servers.exchange", "--directory", str(tmp_path), "--unknown", "ghost@d"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
            smtp.sendmail("a@b", ["c@d"], MESSAGE)
        process.terminate()
        assert process.stdout.read() == "took 1 messages, at most 1 sessions at once\n"
    assert process.returncode == 0
    assert (tmp_path / "000001.eml").exists()
