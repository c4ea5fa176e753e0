"""sendmail: a real sendmail on loopback with a mailertable.

Its configuration is built by m4 from Debian's own macros; `mc` adds to it, which is how a test hooks the milter in.
Everything it sends goes to one port, `next_hop`. It runs under a qualified host name of its own (`unshare --uts`),
because with an unqualified one it sleeps for a minute before it listens.
"""

import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.room import Running, free_port, listening, require_root, room, wait_until

HOSTNAME = "mx.sendmail.test"

_MC = """\
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confPID_FILE', `{home}/sendmail.pid')dnl
define(`STATUS_FILE', `{home}/statistics')dnl
define(`QUEUE_DIR', `{home}/queue')dnl
define(`ALIAS_FILE', `{home}/aliases')dnl
define(`confCW_FILE', `{home}/local-host-names')dnl
define(`confCR_FILE', `{home}/relay-domains')dnl
define(`confCT_FILE', `{home}/trusted-users')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_RESOLVER_RETRANS', `1s')dnl
define(`confTO_RESOLVER_RETRY', `1')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`SMTP_MAILER_ARGS', `TCP $h {next_hop}')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h {next_hop}')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {next_hop}')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`mailertable', `hash -o {home}/mailertable')dnl
DAEMON_OPTIONS(`Port={port}, Addr=127.0.0.1, Name=MTA')dnl
{extra}
MAILER_DEFINITIONS
MAILER(`smtp')dnl
"""


class Sendmail:
    """Take mail for the domains of `mailertable` on `port`, hand it to 127.0.0.1:`next_hop`.

    `mailertable` maps a domain to sendmail's right-hand side; without it, example.org goes to `esmtp:[127.0.0.1]`.
    """

    def __init__(self, next_hop: int, mailertable: Mapping[str, str] | None = None, mc: str = "") -> None:
        require_root("/usr/sbin/sendmail", "/usr/sbin/makemap", "m4", "unshare")
        self.port = free_port()
        self._next_hop, self._mc = next_hop, mc
        self._mailertable = mailertable or {"example.org": "esmtp:[127.0.0.1]"}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.home = self._stack.enter_context(room("sendmail"))
        self._furnish()
        self._running = Running(self._command("-bD", "-q2s"), self.home / "output")
        self._stack.callback(self.stop)
        try:
            self._running.wait_ready(lambda: listening(self.port), "sendmail")
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            error.add_note(f"sendmail: {self._running.output()}\n{self.mailq()}")
        self._stack.close()

    def stop(self) -> None:
        """End it; a second time does nothing."""
        if self._running.process.poll() is None:
            self._running.stop()

    def mailq(self) -> str:
        """The queue as `mailq` prints it."""
        return subprocess.run(self._command("-bp"), capture_output=True, text=True, check=True).stdout

    def wait_empty(self) -> None:
        """Until nothing is queued."""
        wait_until(lambda: "is empty" in self.mailq(), "sendmail's queue is empty")

    @property
    def _cf(self) -> Path:
        return self.home / "sendmail.cf"

    def _command(self, *options: str) -> list[str]:
        named = f"hostname {HOSTNAME} && exec /usr/sbin/sendmail -C {self._cf} {' '.join(options)}"
        return ["unshare", "--uts", "sh", "-c", named]

    def _furnish(self) -> None:
        (self.home / "queue").mkdir(mode=0o700)
        for name in ("local-host-names", "trusted-users", "statistics"):
            (self.home / name).touch()
        domains = [domain.removeprefix(".") for domain in self._mailertable]
        (self.home / "relay-domains").write_text("".join(f"{domain}\n" for domain in domains if domain))
        self._makemap("mailertable", self._mailertable)
        self._makemap("aliases", {})
        mc = _MC.format(home=self.home, port=self.port, next_hop=self._next_hop, extra=self._mc)
        self._cf.write_text(subprocess.run(["m4"], input=mc, capture_output=True, text=True, check=True).stdout)

    def _makemap(self, name: str, entries: Mapping[str, str]) -> None:
        text = "".join(f"{key}\t{value}\n" for key, value in entries.items())
        subprocess.run(["/usr/sbin/makemap", "hash", self.home / name], input=text, text=True, check=True)
