"""slapd: OpenLDAP with a directory as Exchange keeps one: mailboxes that own addresses, groups, a disabled account.

    with Slapd() as slapd:
        slapd.add(mailbox("kim", aliases=["k.lee@example.org"]))

`proxyAddresses` is defined here as Active Directory has it: any number of values, case does not count, and that which
begins with `SMTP:` in capitals is the primary address. It listens with and without TLS; `ca` is who signed.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from tests.servers.room import LOOPBACK, Running, free_port, listening, require_root, room

BASE = "dc=example,dc=org"
READER, PASSWORD = f"cn=gatekeeper,{BASE}", "secret of the reader"
_ROOT, _ROOT_PASSWORD = f"cn=root,{BASE}", "secret of the root"

_CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.2.210 NAME 'proxyAddresses'
    EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl'
    EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'mailbox' SUP top AUXILIARY MAY ( proxyAddresses $ mail $ userAccountControl ) )
pidfile {home}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile {home}/certificate.pem
TLSCertificateKeyFile {home}/key.pem
TLSCACertificateFile {home}/ca.pem
sizelimit 500
{settings}
database mdb
suffix "{base}"
rootdn "{root}"
rootpw "{root_password}"
directory {home}/data
maxsize 268435456
index objectClass eq
index mail,proxyAddresses eq,sub
access to attrs=userPassword by anonymous auth by * none
{access}
"""
_ACCESS = f'access to * by dn.exact="{READER}" read by * none'


def entry(name: str, kind: str, **attributes: str | Sequence[str]) -> str:
    """One entry of LDIF below the base."""
    lines = [f"dn: cn={name},{BASE}", f"objectClass: {kind}", "objectClass: mailbox", f"cn: {name}"]
    for attribute, values in attributes.items():
        lines += [f"{attribute}: {value}" for value in ([values] if isinstance(values, str) else values)]
    return "\n".join(lines) + "\n"


def mailbox(name: str, aliases: Sequence[str] = (), domain: str = "example.org", **attributes: str) -> str:
    """A person with a primary address and perhaps others."""
    addresses = [f"SMTP:{name}@{domain}", *(f"smtp:{alias}" for alias in aliases), f"x500:/o=Example/cn={name}"]
    own = {"sn": name, "mail": f"{name}@{domain}", "proxyAddresses": addresses, **attributes}
    return entry(name, "inetOrgPerson", **own)


def group(name: str, *members: str) -> str:
    """A distribution group, which has addresses too."""
    address = f"{name}@example.org"
    named = [f"cn={member},{BASE}" for member in members]
    return entry(name, "groupOfNames", member=named, mail=address, proxyAddresses=f"SMTP:{address}")


class Slapd:
    """The server. `access` are its access rules, `settings` what else its configuration says."""

    def __init__(self, access: str = _ACCESS, settings: str = "") -> None:
        require_root("slapd", "slapadd", "ldapmodify")
        self.port, self.tls_port = free_port(), free_port()
        self._access, self._settings = access, settings
        self._stack, self._running = ExitStack(), None

    def __enter__(self) -> Self:
        self.home = self._stack.enter_context(room("slapd"))
        self._furnish()
        self._stack.callback(self.stop)
        try:
            self.start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return f"ldap://{LOOPBACK}:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://{LOOPBACK}:{self.tls_port}"

    @property
    def ca(self) -> Path:
        """The certificate of who signed the server's."""
        return self.home / "ca.pem"

    @property
    def password(self) -> Path:
        """The file with the reader's password."""
        return self.home / "password"

    def start(self) -> None:
        """Start, or start again with what is in the database."""
        command = ["slapd", "-d", "stats", "-f", self.home / "slapd.conf", "-h", f"{self.url} {self.tls_url}"]
        self._running = Running(command, self.home / "log")
        self._running.wait_ready(lambda: listening(self.port) and listening(self.tls_port), "slapd")

    def stop(self) -> None:
        """SIGTERM; nothing if it does not run."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections and answers nothing."""
        assert self._running
        os.kill(self._running.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._running.pid, signal.SIGCONT)

    def add(self, *entries: str) -> None:
        """More entries, while it runs."""
        self.modify(*(text.replace("\n", "\nchangetype: add\n", 1) for text in entries))

    def delete(self, name: str) -> None:
        self.modify(f"dn: cn={name},{BASE}\nchangetype: delete\n")

    def modify(self, *changes: str) -> None:
        """Changes in LDIF."""
        command = ["ldapmodify", "-x", "-H", self.url, "-D", _ROOT, "-w", _ROOT_PASSWORD]
        self._fill(command, "\n".join(changes))

    def searches(self) -> int:
        """How many searches it has begun."""
        return self.log().count(" SRCH base=")

    def log(self) -> str:
        return (self.home / "log").read_text(errors="replace")

    def _fill(self, command: Sequence[str | Path], ldif: str) -> None:
        done = subprocess.run(command, input=ldif, text=True, check=False, capture_output=True)
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"

    def _furnish(self) -> None:
        ca = trustme.CA()
        certificate = ca.issue_cert(LOOPBACK, "localhost")
        ca.cert_pem.write_to_path(self.ca)
        certificate.private_key_pem.write_to_path(self.home / "key.pem")
        for pem in certificate.cert_chain_pems:
            pem.write_to_path(self.home / "certificate.pem", append=True)
        self.password.write_text(f"{PASSWORD}\n")
        self.password.chmod(0o600)
        (self.home / "data").mkdir()
        words = {"base": BASE, "root": _ROOT, "root_password": _ROOT_PASSWORD}
        text = _CONFIG.format(home=self.home, access=self._access, settings=self._settings, **words)
        (self.home / "slapd.conf").write_text(text)
        top = f"dn: {BASE}\nobjectClass: domain\ndc: example\n"
        reader = entry("gatekeeper", "person", sn="gatekeeper", userPassword=PASSWORD)
        self._fill(["slapadd", "-f", self.home / "slapd.conf"], f"{top}\n{reader}")
