"""worlds: gatekeeper hooked into real servers in each of the ways it is meant for, as deploy/ says.

Each is a context manager that takes the port of the mail server behind everything and settings for gatekeeper, and
gives a `World`: what is sent to its `port` for example.org comes out there.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from tests.servers.deployed import snippet
from tests.servers.gateway import Gateway
from tests.servers.postfix import Postfix
from tests.servers.room import free_port, require_root, room, unavailable
from tests.servers.sendmail import Sendmail

DOMAIN = "example.org"
_NO_PROXY = "[smtp]\nlisten = []\n"


@dataclass(frozen=True, slots=True)
class World:
    """`port` takes mail from the Internet; `mta` is the server that gatekeeper is hooked into, if any."""

    port: int
    gateway: Gateway
    mta: Postfix | Sendmail | None = None


MakeWorld = Callable[..., AbstractContextManager[World]]


@contextmanager
def proxy(inner: int, settings: str = "") -> Iterator[World]:
    """gatekeeper alone in front of the server."""
    with Gateway({DOMAIN: _hop(inner)}, settings) as gateway:
        yield World(gateway.port, gateway)


@contextmanager
def postfix_milter(inner: int, settings: str = "") -> Iterator[World]:
    """Postfix with gatekeeper as its milter, on a unix socket below the chroot of smtpd."""
    _require_milter()
    with Postfix(inner, [DOMAIN], main=snippet("postfix-milter.cf", {})) as postfix:
        place = postfix.queue / "gatekeeper"
        place.mkdir()
        shutil.chown(place, "root", "postfix")
        place.chmod(0o750)
        milter = f'socket = "unix:{place}/milter.sock"\nowner = "root:postfix"\nmode = "0660"'
        with Gateway({DOMAIN: _hop(inner)}, f"{_NO_PROXY}[milter]\n{milter}\n{settings}") as gateway:
            yield World(postfix.port, gateway, postfix)


@contextmanager
def sendmail_milter(inner: int, settings: str = "", *, macros: bool = True) -> Iterator[World]:
    """sendmail with gatekeeper as its milter; without `macros` it tells what sendmail tells by default."""
    _require_milter()
    with room("milter") as place:
        mc = snippet("sendmail.mc", {"/run/gatekeeper/milter.sock": f"{place}/milter.sock"})
        if not macros:
            mc = "".join(line for line in mc.splitlines(keepends=True) if "confMILTER_MACROS" not in line)
        milter = f'{_NO_PROXY}[milter]\nsocket = "unix:{place}/milter.sock"\n'
        with Sendmail(inner, mc=mc) as sendmail, Gateway({DOMAIN: _hop(inner)}, milter + settings) as gateway:
            yield World(sendmail.port, gateway, sendmail)


@contextmanager
def postfix_proxy_filter(inner: int, settings: str = "") -> Iterator[World]:
    """Postfix hands each session to gatekeeper while the client waits, and gets the good mail back."""
    require_root()
    back = free_port()
    with Gateway({DOMAIN: _hop(back)}, '[smtp]\nxforward_networks = ["127.0.0.0/8"]\n' + settings) as gateway:
        master = snippet(
            "postfix-proxy-filter.cf",
            {"127.0.0.1:2525": f"127.0.0.1:{gateway.port}", "127.0.0.1:10026": f"127.0.0.1:{back}"},
        )
        with Postfix(inner, [DOMAIN], master=master) as postfix:
            yield World(postfix.port, gateway, postfix)


@contextmanager
def postfix_content_filter(inner: int, settings: str = "") -> Iterator[World]:
    """Postfix has taken the mail when gatekeeper gets it."""
    require_root()
    back = free_port()
    trust = '[gateway]\ntrusted_networks = ["127.0.0.0/8"]\n[smtp]\nxforward_networks = ["127.0.0.0/8"]\n'
    with Gateway({DOMAIN: _hop(back)}, trust + settings) as gateway:
        master = snippet(
            "postfix-content-filter.cf",
            {"[127.0.0.1]:2525": f"[127.0.0.1]:{gateway.port}", "127.0.0.1:10026": f"127.0.0.1:{back}"},
        )
        with Postfix(inner, [DOMAIN], master=master) as postfix:
            yield World(postfix.port, gateway, postfix)


@contextmanager
def postfix_behind(inner: int, settings: str = "") -> Iterator[World]:
    """gatekeeper in front of Postfix."""
    with Postfix(inner, [DOMAIN]) as postfix, Gateway({DOMAIN: _hop(postfix.port)}, settings) as gateway:
        yield World(gateway.port, gateway, postfix)


def _require_milter() -> None:
    require_root()
    if find_spec("Milter") is None:
        unavailable("pymilter is not installed")


def _hop(port: int) -> str:
    return f"esmtp:[127.0.0.1]:{port}"
