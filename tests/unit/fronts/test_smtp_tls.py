"""STARTTLS on a real socket: the handshake, and commands that somebody put behind it in clear (CVE-2011-0411)."""

import socket
import ssl

import pytest
import trustme

from gatekeeper.config.schema import Smtp
from gatekeeper.fronts.smtp import tls_context

from .smtp_gateway import HAM, Proxy, loops


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(params=loops())
def proxy(request, tmp_path, authority):
    pem = tmp_path / "both.pem"
    authority.issue_cert("mx.own.test").private_key_and_cert_chain_pem.write_to_path(str(pem))
    with Proxy(tmp_path, {"smtp": {"certificate": str(pem)}}, loop=loops()[request.param]) as proxy:
        yield proxy


@pytest.fixture
def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


class Client:
    """Reads whole replies; may change to TLS."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.reply()

    def reply(self):
        lines = b""
        while not lines.endswith(b"\r\n") or lines.split(b"\r\n")[-2][3:4] == b"-":
            octet = self.socket.recv(1)
            if not octet:
                break
            lines += octet
        return lines.decode()

    def say(self, data):
        self.socket.sendall(data)
        return self.reply()

    def secure(self, context):
        self.socket = context.wrap_socket(self.socket, server_hostname="mx.own.test")


def test_a_message_over_tls(proxy, trusting):
    client = Client(proxy.port)
    assert "250-STARTTLS\r\n" in client.say(b"EHLO c.test\r\n")
    assert client.say(b"STARTTLS\r\n").startswith("220 2.0.0")
    client.secure(trusting)
    assert client.say(b"MAIL FROM:<>\r\n").startswith("503")
    assert "STARTTLS" not in client.say(b"EHLO c.test\r\n")
    for command in (b"MAIL FROM:<>\r\n", b"RCPT TO:<kim@own.test>\r\n"):
        assert client.say(command).startswith("250")
    assert client.say(b"DATA\r\n").startswith("354")
    assert client.say(HAM + b".\r\n").startswith("250")
    assert client.say(b"QUIT\r\n").startswith("221")
    assert client.reply() == ""
    (record,) = proxy.records()
    assert record.envelope.protocol == "ESMTPS"
    assert record.envelope.tls.startswith("TLSv1.3 with cipher TLS_")
    assert b"\r\n\t(using TLSv1.3 with cipher TLS_" in proxy.hop.messages[0].content


def test_commands_injected_in_clear_are_not_obeyed(proxy, trusting):
    client = Client(proxy.port)
    client.say(b"EHLO c.test\r\n")
    assert client.say(
        b"STARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<evil@out.test>\r\nRCPT TO:<kim@own.test>\r\n"
    ).startswith("220")
    client.secure(trusting)
    assert client.say(b"DATA\r\n").startswith("503")
    assert client.say(b"NOOP\r\n").startswith("250 2.0.0 Ok")


def test_a_failed_handshake_ends_the_session(proxy):
    client = Client(proxy.port)
    client.say(b"EHLO c.test\r\n")
    client.say(b"STARTTLS\r\n")
    client.socket.sendall(b"this is no handshake at all\r\n" * 10)
    try:
        while client.socket.recv(1000):
            pass
    except ConnectionResetError:
        pass
    assert Client(proxy.port).say(b"NOOP\r\n").startswith("250")


def test_a_large_message_over_tls(proxy, trusting):
    client = Client(proxy.port)
    client.say(b"EHLO c.test\r\n")
    client.say(b"STARTTLS\r\n")
    client.secure(trusting)
    client.say(b"EHLO c.test\r\n")
    client.say(b"MAIL FROM:<>\r\n")
    client.say(b"RCPT TO:<kim@own.test>\r\n")
    client.say(b"DATA\r\n")
    body = b"".join(b"%06d %s\r\n" % (number, b"x" * 90) for number in range(20_000))
    assert client.say(HAM + body + b".\r\n").startswith("250")
    assert proxy.hop.messages[0].content.endswith(body)


def test_without_a_certificate_there_is_no_context():
    assert tls_context(Smtp()) is None


def test_a_certificate_that_cannot_be_read(tmp_path):
    with pytest.raises(OSError):
        tls_context(Smtp(certificate=str(tmp_path / "none.pem")))
