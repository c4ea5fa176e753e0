"""rspamd: the peer as a milter, with its stock rules and nothing that needs the network; or by HTTP.

    with rspamd(directory) as peer: smtpd_milters = peer.milter
    with rspamd(directory, redis=port) as peer: POST to peer.scan, and to peer.controller to teach it

Modules that only work with DNS, Redis or HTTP are off, so that what is compared is work on the same message, not
waiting. Bayes is on with a Redis alone. Fails with FileNotFoundError where the package `rspamd` is not installed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.room import Running, free_port, listening, wait_until

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


_HTTP = """\
worker "normal" {{ bind_socket = "127.0.0.1:{scan}"; count = 1; }}
worker "controller" {{ bind_socket = "127.0.0.1:{controller}"; secure_ip = "127.0.0.1"; }}
"""


class Rspamd:
    """A running rspamd; `milter` is what Postfix's smtpd_milters wants, the others are ports for HTTP."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port, self.scan, self.controller = free_port(), free_port(), free_port()
        self.milter = f"inet:127.0.0.1:{self.port}"
        self.pid = 0


@contextmanager
def rspamd(home: Path, redis: int = 0) -> Iterator[Rspamd]:
    """Run it with its files below `home`, which its own user must be able to read; `redis` is the port of one."""
    peer = Rspamd(home)
    (home / "local.d").mkdir(parents=True)
    for module in _NETWORK.split():
        (home / "local.d" / f"{module}.conf").write_text("enabled = false;\n")
    config = home / "rspamd.conf"
    text = _CONFIG.format(home=home, socket=f"127.0.0.1:{peer.port}")
    if redis:
        (home / "local.d" / "redis.conf").write_text(f'servers = "127.0.0.1:{redis}";\n')
        text += _HTTP.format(scan=peer.scan, controller=peer.controller)
        text = text.replace('level = "warning"', 'level = "info"')
    config.write_text(text)
    variables = {"LOCAL_CONFDIR": home, "DBDIR": home, "RUNDIR": home, "LOGDIR": home}
    command = ["rspamd", "-f", "-i", "-c", config, *(f"--var={k}={v}" for k, v in variables.items())]
    running = Running(command, home / "output")
    try:
        wait_until(lambda: listening(peer.port), "rspamd is ready", 180.0)
        peer.pid = running.pid
        yield peer
    finally:
        running.stop()
