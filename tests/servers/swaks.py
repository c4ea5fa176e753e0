"""swaks: one message sent from the shell, as an operator tries a mail server."""

import subprocess
from dataclasses import dataclass

from tests.servers.room import LOOPBACK, unavailable


@dataclass(frozen=True, slots=True)
class Said:
    """`status` is swaks' exit status, 0 for a message taken; `transcript` the dialogue with `<-` and `->`."""

    status: int
    transcript: str

    @property
    def final(self) -> str:
        """The server's reply that decided: the last but the one to QUIT."""
        replies = [line[4:] for line in self.transcript.splitlines() if line[:4] in ("<-  ", "<** ")]
        return [reply for reply in replies if not reply.startswith("221")][-1]


def swaks(port: int, content: bytes, *options: str, to: str = "kim@example.org", sender: str = "ann@out.test") -> Said:
    """Send `content`, a whole message with CRLF, to 127.0.0.1:`port`; `options` are swaks' own, e.g. `--tls`."""
    content = content.removesuffix(b"\r\n")  # swaks ends the last line itself
    command = ["swaks", "--server", f"{LOOPBACK}:{port}", "--to", to, "--from", sender, "--helo", "out.test"]
    try:
        done = subprocess.run([*command, "--data", "-", *options], input=content, capture_output=True, check=False)
    except FileNotFoundError:
        unavailable("swaks is not installed")
    return Said(done.returncode, done.stdout.decode("latin-1"))
