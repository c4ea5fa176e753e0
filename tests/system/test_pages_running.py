"""The pages of a running gateway, asked over the network: TLS of their own, links in mails, the directory."""

import email
import json
import re
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing, suppress
from email.policy import default
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trustme

from tests.messages import ham
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import LOOPBACK, free_port, wait_until
from tests.servers.slapd import BASE, Slapd, group, mailbox
from tests.system.test_directory import settings

PASSWORD = "correct horse battery"


class Browser(httpx2.Client):
    """One that knows nothing but addresses, and connects anew for each."""

    def __init__(self, **more: Any) -> None:
        super().__init__(timeout=30, limits=httpx2.Limits(max_keepalive_connections=0), **more)

    def submit(self, path: str, form: str = "", **fields: str) -> httpx2.Response:
        """With the token of the page `form`, by default the same."""
        token = re.findall(r'name="csrf" value="(\w+)"', self.get(form or path).text)[0]
        return self.post(path, data={"csrf": token, **fields})

    def sign_in(self, name: str, password: str = PASSWORD) -> int:
        """303 is in."""
        return self.submit("/sign-in", name=name, password=password).status_code

    def account(self) -> str:
        return " ".join(re.sub("<[^>]*>", " ", self.get("/account").text).split())


def gateway(sink: Exchange, text: str) -> Gateway:
    return Gateway({"example.org": f"esmtp:[{LOOPBACK}]:{sink.port}"}, text, pages=True)


# TLS


def test_the_pages_do_tls_themselves(sink: Exchange, tmp_path: Path) -> None:
    ca, port = trustme.CA(), free_port()
    ca.issue_cert(LOOPBACK).private_key_and_cert_chain_pem.write_to_path(tmp_path / "web.pem")
    context = ssl.create_default_context()
    ca.configure_trust(context)
    name, place = f"pages.test:{port}", f"{LOOPBACK}:{port}"
    said = f'[web]\nlisten = ["0.0.0.0:{port}"]\nurl = "https://{name}"\ncertificate = "{tmp_path}/web.pem"\n'
    with gateway(sink, said) as served:

        def ask(host: str = name) -> httpx2.Response:
            return httpx2.get(f"https://{place}/sign-in", verify=context, headers={"Host": host}, timeout=30)

        assert ask().status_code == 200
        assert ask().headers["set-cookie"].startswith("__Host-gatekeeper=")
        assert "Secure" in ask().headers["set-cookie"]
        assert ask("other.test").status_code == 421
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"http://{place}/sign-in", headers={"Host": name})
        served.configure(f'[web]\ncertificate = "{served.config}"\n')  # it is none: the old one goes on serving
        served.reload()
        assert "name PEM files of a chain and its key" in served.log()
        assert ask().status_code == 200


def test_off_this_machine_without_tls_the_gateway_does_not_start(sink: Exchange) -> None:
    with pytest.raises(AssertionError, match="reads passwords and mail: there is no TLS"):
        gateway(sink, f'[web]\nlisten = ["0.0.0.0:{free_port()}"]\nurl = "https://pages.test"\n').__enter__()


# a link by mail


def test_a_link_comes_by_mail_and_survives_a_restart(sink: Exchange) -> None:
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    said = f'[web]\nlisten = ["{LOOPBACK}:{port}"]\nurl = "{address}"\n'
    with gateway(sink, said) as served, Browser(base_url=address) as browser:
        for asked in ("kim@elsewhere.test", "Kim@Example.org"):
            assert browser.submit("/sign-in/link", address=asked).status_code == 200
        wait_until(lambda: sink.messages, "the mail with the link")
        (mail,) = sink.messages
        assert (mail.sender, mail.recipients) == ("", ("kim@example.org",))
        text = email.message_from_bytes(mail.content, policy=default).get_content()
        link = re.findall(rf"{address}(/\S+)", text)[-1]
        served.reload()
        for method in ("HEAD", "GET", "GET"):
            assert browser.request(method, link).status_code == 200
        assert browser.get("/account").status_code == 303
        assert browser.submit(link).headers["location"] == "/"
        assert "Name kim@example.org Role User" in browser.account()
        assert browser.submit(link, form="/account").status_code == 410


# the directory


@pytest.fixture
def slapd() -> Iterator[Slapd]:
    with Slapd() as slapd:
        slapd.add(
            mailbox("kim", ["sales@example.org"], userPassword="the password of kim", uid="kim"),
            mailbox("nameless", userPassword="whatever it is"),
            mailbox("twin1", userPassword="the password of twins", uid="twin"),
            mailbox("twin2", userPassword="the password of twins", uid="twin"),
            group("team", "kim"),
        )
        yield slapd


def test_the_directory_signs_in_people_and_nobody_else(sink: Exchange, slapd: Slapd) -> None:
    port = free_port()
    pages = f"""[web]
listen = ["{LOOPBACK}:{port}"]
url = "http://{LOOPBACK}:{port}"
directory = true
user_filter = "(|(uid=%s)(mail=%s)(cn=%s))"
"""
    with gateway(sink, settings(slapd) + pages) as served:
        address = f"http://{LOOPBACK}:{port}"

        def tried(name: str, password: str) -> int:
            with Browser(base_url=address) as browser:
                return browser.sign_in(name, password)

        with Browser(base_url=address) as browser:
            assert browser.sign_in("kim", "the password of kim") == 303
            account = browser.account()
            assert (
                "Name kim Role User Signed in by the directory Mailboxes kim@example.org sales@example.org" in account
            )
        assert tried("kim@example.org", "the password of kim") == 303
        for name, password in (
            ("kim", "the password of twins"),
            ("kim", "\0"),
            ("twin", "the password of twins"),  # who of them?
            ("*", "the password of kim"),
            ("k*", "the password of kim"),
            ("kim)(cn=*", "the password of kim"),
            ("team", "whatever"),
            ("nobody", "whatever"),
            (f"cn=kim,{BASE}", "the password of kim"),
        ):
            assert tried(name, password) in (400, 401), name
        with Browser(base_url=address) as browser:
            browser.submit("/sign-in/link", address="team@example.org")
            browser.submit("/sign-in/link", address="sales@example.org")
            wait_until(lambda: sink.messages, "the mail with the link")
        assert [mail.recipients for mail in sink.messages] == [("sales@example.org",)]
        with slapd.hanging():
            assert tried("kim", "the password of kim") == 503
        with Browser(base_url=address) as browser:
            assert browser.sign_in("kim", "the password of kim") == 303
            slapd.delete("kim")
            assert tried("kim", "the password of kim") == 401
            assert browser.get("/account").status_code == 200
            with closing(sqlite3.connect(served.home / "state" / "accounts.db")) as accounts, accounts:
                accounts.execute("UPDATE sessions SET asked_at = 0")  # as ten minutes later
            assert browser.get("/account").status_code != 200, "the directory was asked again"
        assert "the password of" not in served.log()


# the rest of the gateway


def test_mail_goes_on_while_the_pages_are_troubled(sink: Exchange) -> None:
    with gateway(sink, "[web]\nconnections = 20\n") as served:
        clients = [httpx2.Client(base_url=served.pages, timeout=30) for _ in range(30)]
        assert {client.get("/sign-in").status_code for client in clients} == {200, 503}
        assert send(served.port, ham()).startswith("250")
        for client in clients:
            client.close()
        wait_until(lambda: httpx2.get(f"{served.pages}/sign-in").status_code == 200, "an answer to others")


HOSTILE = [
    b"",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),
    b"GET /\r\n\r\n",
    b"GET /sign-in HTTP/1.1\r\n\r\n",
    b"GET /sign-in HTTP/1.1\r\nHost: evil.test\r\nHost: HERE\r\n\r\n",
    b"GET /a%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET /sign-in?next=%0d%0aX-Odd:%20x HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HERE\r\n" + b"X-Many: x\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: HERE\r\nCookie: " + b"gatekeeper=" + b"x" * 50_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HERE\r\nX: a\r\n b\x00\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: HERE\r\nContent-Length: 999999999999\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: HERE\r\nContent-Length: 500\r\n\r\nname=",  # and hangs up
    b"POST /sign-in HTTP/1.1\r\nHost: HERE\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: HERE\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: HERE\r\nContent-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\n--x",
    b"POST /sign-in HTTP/1.1\r\nHost: HERE\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 99\r\n\r\n--x\r\nContent-Disposition: form-data; "
    b'name="csrf"; filename="../../etc/x"'
    b"\r\n\r\nowned\r\n--x--\r\n          ",
    b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET /static/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET http://evil.test/ HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"CONNECT evil.test:443 HTTP/1.1\r\nHost: HERE\r\n\r\n",
    b"GET /sign-in HTTP/1.1\r\nHost: HERE\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


def test_what_is_hostile_is_answered_with_a_refusal_or_not_at_all(sink: Exchange) -> None:
    """And nothing of it is in the log, or keeps anybody else from anything: no traceback, no worker that died."""
    with gateway(sink, "") as served:
        host, port = served.pages.removeprefix("http://").split(":")
        served.add_user("kim", PASSWORD)
        answers = []
        for said in HOSTILE:
            with socket.create_connection((host, int(port)), 20) as client, suppress(ConnectionError):
                client.sendall(said.replace(b"HERE", f"{host}:{port}".encode()))
                with suppress(OSError):  # it has hung up already
                    client.shutdown(socket.SHUT_WR)
                answers.append(b"".join(iter(lambda client=client: client.recv(65_536), b"")))
        shown = b"".join(answers)
        assert b"root:" not in shown
        assert not re.search(rb"^(set-cookie: x=1|x-odd:)", shown, re.MULTILINE | re.IGNORECASE)
        assert {int(code) for code in re.findall(rb"^HTTP/1.1 (\d+)", shown, re.MULTILINE)} <= {
            *(200, 303),  # a page for whoever asks, which says who may go on
            *(400, 403, 404, 405, 413, 421),
        }
        with Browser(base_url=served.pages) as browser:
            assert browser.sign_in("kim") == 303
            assert "Name kim" in browser.account()
        assert "error" not in {json.loads(line)["level"] for line in served.log().splitlines()}
