"""oracle: the real sendmail asked what it makes of a mailertable and an access map.

Rulesets by address test mode (`sendmail -bt`), replies by a session on a socket pair (`sendmail -bs`); nothing listens.
"""

import socket
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_MC = """\
OSTYPE(`linux')
define(`confDOMAIN_NAME', `gw.sendmail.test')
define(`confSERVICE_SWITCH_FILE', `{home}/service.switch')
undefine(`confHOST_STATUS_DIRECTORY')
define(`QUEUE_DIR', `{home}/queue')
define(`confPID_FILE', `{home}/pid')
undefine(`ALIAS_FILE')
FEATURE(`nocanonify')
FEATURE(`no_default_msa')
FEATURE(`accept_unresolvable_domains')
FEATURE(`mailertable', `hash -o {home}/mailertable')
FEATURE(`virtusertable', `hash -o {home}/virtusertable')
VIRTUSER_DOMAIN_FILE(`{home}/virtual-domains')
FEATURE(`access_db', `hash -T<TMPF> -o {home}/access', `skip')
FEATURE(`blocklist_recipients')
MAILER(`local')
MAILER(`smtp')
LOCAL_RULESETS
SClient
R$* $$| $*	$: $>Basic_check_relay $1 $| $2
"""


# Under an unqualified host name sendmail sleeps for a minute before it does anything.
_SENDMAIL = ("unshare", "--uts", "sh", "-c", 'hostname gw.sendmail.test; exec /usr/sbin/sendmail "$@"', "sendmail")


class Oracle:
    """sendmail with these two texts, in `home`. makemap may complain of them: what it leaves out is left out."""

    def __init__(self, home: Path, *, mailertable: str = "", access: str = "", virtusertable: str = "") -> None:
        self._home = home
        (home / "queue").mkdir(mode=0o700)
        (home / "service.switch").write_text("hosts files\naliases files\n")
        (home / "x.mc").write_text(_MC.format(home=home))
        built = subprocess.run(
            ["m4", "/usr/share/sendmail/cf/m4/cf.m4", "x.mc"], cwd=home, capture_output=True, check=True
        )
        (home / "x.cf").write_bytes(built.stdout)
        domains = {line.split()[0].rpartition("@")[2] for line in virtusertable.splitlines()}
        (home / "virtual-domains").write_text("".join(f"{domain}\n" for domain in domains))
        for name, text in (("mailertable", mailertable), ("access", access), ("virtusertable", virtusertable)):
            subprocess.run(["makemap", "hash", home / name], input=text.encode(), capture_output=True, check=False)

    def rewrite(self, ruleset: str, workspaces: Sequence[str]) -> list[str]:
        """What `ruleset` (`3,0`, `Basic_check_mail`) makes of each workspace, without spaces and quotes."""
        lines = "".join(f"{ruleset} {workspace}\n" for workspace in workspaces)
        done = subprocess.run(
            [*_SENDMAIL, "-C", self._home / "x.cf", "-bt"],
            input=lines.encode(),
            capture_output=True,
            check=True,
        )
        results, last = [], ""
        for line in done.stdout.decode().splitlines()[2:]:
            if line.startswith("> ") and last:
                results.append(last)
            _, found, result = line.partition(" returns: ")
            last = result if found else last
        assert len(results) == len(workspaces), done.stdout.decode()[:2000]
        return ["".join(result.replace('"', "").split()) for result in results]

    def replies(self, commands: Iterable[tuple[str, str]]) -> list[str]:
        """The reply to RCPT of each pair of sender and recipient, or to its MAIL if that was refused."""
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            [*_SENDMAIL, "-C", self._home / "x.cf", "-bs"], stdin=theirs, stdout=theirs, stderr=theirs
        )
        theirs.close()
        with ours, ours.makefile("rwb") as stream:

            def say(command: str) -> str:
                if command:
                    stream.write(f"{command}\r\n".encode())
                    stream.flush()
                while (line := stream.readline().decode())[3:4] == "-":
                    pass
                return line.rstrip()

            say("")
            say("EHLO client.test")
            replies = []
            for sender, recipient in commands:
                say("RSET")
                reply = say(f"MAIL FROM:<{sender}>")
                replies.append(say(f"RCPT TO:<{recipient}>") if reply.startswith("250 2.1.0") else reply)
            say("QUIT")
        process.wait()
        return replies
