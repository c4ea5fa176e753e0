"""rspamd: the peer as a milter, with its stock rules, two processes, and nothing that needs the network.

    with Rspamd(directory) as rspamd: smtpd_milters = rspamd.milter

Modules that only work with DNS, Redis or HTTP are off, so that what is compared is work on the same message, not
waiting. Bayes is off with Redis. Fails with FileNotFoundError where the package `rspamd` is not installed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.room import Running, free_port, listening

_NETWORK = """
antivirus arc asn bimi clickhouse dcc dkim dkim_signing dmarc elastic fuzzy_check gpt greylist history_redis
known_senders mx_check neural p0f phishing ratelimit rbl replies reputation rspamd_update spf surbl url_redirector
"""

_CONFIG = """\
.include "$CONFDIR/common.conf"
options {{
    pidfile = "{home}/rspamd.pid";
    .include "$CONFDIR/options.inc"
    dns {{ nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }}
    filters = "chartable,regexp";
}}
logging {{ type = "file"; filename = "{home}/rspamd.log"; level = "warning"; }}
worker "rspamd_proxy" {{
    bind_socket = "{socket}";
    milter = yes;
    count = 2;
    timeout = 60s;
    upstream "local" {{ default = yes; self_scan = yes; }}
}}
"""


class Rspamd:
    """A running rspamd; `milter` is what Postfix's smtpd_milters wants."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.milter = f"inet:127.0.0.1:{self.port}"


@contextmanager
def rspamd(home: Path) -> Iterator[Rspamd]:
    """Run it with its files below `home`, which its own user must be able to read."""
    peer = Rspamd(home)
    (home / "local.d").mkdir(parents=True)
    for module in _NETWORK.split():
        (home / "local.d" / f"{module}.conf").write_text("enabled = false;\n")
    config = home / "rspamd.conf"
    config.write_text(_CONFIG.format(home=home, socket=f"127.0.0.1:{peer.port}"))
    variables = {"LOCAL_CONFDIR": home, "DBDIR": home, "RUNDIR": home, "LOGDIR": home}
    command = ["rspamd", "-f", "-i", "-c", config, *(f"--var={k}={v}" for k, v in variables.items())]
    running = Running(command, home / "output")
    try:
        running.wait_ready(lambda: listening(peer.port), "rspamd")
        yield peer
    finally:
        running.stop()
