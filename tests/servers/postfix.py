"""postfix: a real Postfix on loopback, its smtpd chrooted as Debian ships it.

The package's own master.cf and its own script that furnishes the chroot are used. Everything Postfix sends goes to one
port, `next_hop`; `main` and `master` add to main.cf and master.cf, which is how a test hooks gatekeeper in.
"""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.room import LOOPBACK, Running, free_port, listening, require_root, room, unavailable, wait_until

_UNPACKED = "/opt/gatekeeper-tests/postfix"  # where .ci/install-servers puts it

_SMTPD = re.compile(r"^smtp +inet +(n +- +y .*\n)", re.MULTILINE)

_MAIN = """\
compatibility_level = 3.6
config_directory = {etc}
queue_directory = {queue}
data_directory = {data}
command_directory = {tree}/usr/sbin
daemon_directory = {tree}/usr/lib/postfix/sbin
shlib_directory = {tree}/usr/lib/postfix
meta_directory = {tree}/etc/postfix
sendmail_path = {tree}/usr/sbin/sendmail
mailq_path = {tree}/usr/bin/mailq
newaliases_path = {tree}/usr/bin/newaliases
maillog_file = {log}
maillog_file_prefixes = {log.parent}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.postfix.test
myorigin = postfix.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relay_domains = {domains}
relayhost = [127.0.0.1]:{next_hop}
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_event_limit_exceptions = 127.0.0.0/8
in_flow_delay = 0
smtpd_authorized_xclient_hosts = 127.0.0.0/8
"""


def tree() -> Path:
    """Where Postfix is: $GATEKEEPER_POSTFIX, the unpacked package, or the system's own. Skips if nowhere."""
    require_root()
    places = [Path(place) for place in (os.environ.get("GATEKEEPER_POSTFIX"), _UNPACKED, "/") if place]
    return next((p for p in places if (p / "usr/sbin/postfix").exists()), None) or unavailable("Postfix is missing")


class Postfix:
    """Take mail for `domains` on `port`, hand it to 127.0.0.1:`next_hop`.

    `queue` is the queue directory, which is the chroot. XCLIENT is allowed, so that a test can come from anywhere.
    """

    def __init__(
        self, next_hop: int, domains: Iterable[str] = ("example.org",), main: str = "", master: str = ""
    ) -> None:
        self.port = free_port()
        self._tree = tree()
        self._next_hop, self._domains, self._main, self._master = next_hop, domains, main, master
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        home = self._stack.enter_context(room("postfix"))
        self.etc, self.queue, self._log = home / "etc", home / "queue", home / "mail.log"
        self._furnish(home)
        daemon = self._tree / "usr/lib/postfix/sbin/master"
        self._running = Running([daemon, "-c", self.etc, "-d"], home / "master.out")
        self._stack.callback(self.stop)
        try:
            self._running.wait_ready(lambda: listening(self.port), "Postfix")
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            error.add_note(self.log())
        self._stack.close()

    def stop(self) -> None:
        """End it as its init script does; a second time does nothing."""
        if self._running.process.poll() is None:
            self._running.stop()

    def reload(self) -> None:
        """`postfix reload`."""
        os.kill(self._running.pid, signal.SIGHUP)

    def log(self) -> str:
        """What Postfix wrote to its log so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def queued(self) -> list[dict[str, object]]:
        """What waits in the queue, as `postqueue -j` says it."""
        lines = self._run("usr/sbin/postqueue", "-j").splitlines()
        return [json.loads(line) for line in lines]

    def flush(self) -> None:
        """Try all queued mail now."""
        self._run("usr/sbin/postqueue", "-f")

    def wait_empty(self) -> None:
        """Until nothing is queued."""
        wait_until(lambda: not self.queued(), "Postfix's queue is empty")

    def _furnish(self, home: Path) -> None:
        for directory in (self.etc, self.queue, home / "data"):
            directory.mkdir(mode=0o755)
        shutil.chown(home / "data", "postfix", "postfix")
        text = _MAIN.format(
            etc=self.etc,
            queue=self.queue,
            data=home / "data",
            log=self._log,
            tree=self._tree,
            domains=" ".join(self._domains),
            next_hop=self._next_hop,
        )
        (self.etc / "main.cf").write_text(text + self._main)
        (self.etc / "master.cf").write_text(self._services())
        self._run("usr/sbin/postfix", "check")
        self._run("usr/lib/postfix/configure-instance.sh")

    def _services(self) -> str:
        """The package's master.cf, its smtp line with our port, or replaced if `master` brings one."""
        packaged = (self._tree / "usr/share/postfix/master.cf.dist").read_text()
        assert _SMTPD.search(packaged), "the package's master.cf no longer begins with a chrooted smtpd"
        if _SMTPD.search(self._master):
            packaged = _SMTPD.sub("", packaged)
        return _SMTPD.sub(rf"{LOOPBACK}:{self.port} inet \1", f"{packaged}\n{self._master}")

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [self._tree / program, *arguments],
            env={"PATH": f"{self._tree}/usr/sbin:{os.environ['PATH']}", "MAIL_CONFIG": str(self.etc)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"
        return done.stdout
