"""validate_web: what [web] means beyond its types: who can reach the pages, and who else hears what they say.

Pure but for asking whether files exist.
"""

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from gatekeeper.config.addresses import host_port, is_loopback, ldap_server
from gatekeeper.config.convert import Complaint
from gatekeeper.config.directory import Directory
from gatekeeper.config.schema import Config
from gatekeeper.config.web import Web


def web(config: Config) -> Iterator[Complaint]:
    """Every mistake in [web]."""
    settings = config.web
    yield from _texts("listen", settings.listen, host_port, "write for instance 127.0.0.1:8080")
    yield from _texts("proxy_networks", settings.proxy_networks, ip_network, "write for instance 192.0.2.7")
    yield from _url(settings)
    yield from _files(settings)
    yield from _exposure(settings)
    if settings.directory and not config.directory.servers:
        yield Complaint(("web", "directory"), "there is no directory to sign in with", "set directory.servers")
    if "%s" not in settings.user_filter or ":=%s" in settings.user_filter:
        message = "web.user_filter does not say what the name is compared with"
        yield Complaint(("web", "user_filter"), message, 'write for instance "(sAMAccountName=%s)"')
    if settings.directory and _speaks_in_clear(config.directory):
        message = "passwords would go to the directory in clear"
        yield Complaint(("web", "directory"), message, "write ldaps:// in directory.servers, or starttls = true")


def _speaks_in_clear(directory: Directory) -> bool:
    servers = [ldap_server(url) for url in directory.servers if "://" in url]
    return not directory.starttls and any(not server.tls and not is_loopback(server.host) for server in servers)


def _texts(key: str, texts: list[str], parse: Callable[[str], object], remedy: str) -> Iterator[Complaint]:
    for number, text in enumerate(texts):
        try:
            parse(text)
        except ValueError as error:
            yield Complaint(("web", key, number), f"web.{key}: {error}", remedy)


def _url(settings: Web) -> Iterator[Complaint]:
    if not settings.url:
        return
    try:
        parts = urlsplit(settings.url)
        host = parts.hostname if parts.port != 0 else ""
    except ValueError:
        host = ""
    sound = host and parts.scheme in ("http", "https") and not (parts.query or parts.fragment or parts.username)
    if not sound or parts.path not in ("", "/"):
        remedy = 'write for instance "https://quarantine.company.example": scheme and host, nothing behind them'
        yield Complaint(("web", "url"), f"{settings.url!r} is not where a site can be", remedy)
    elif parts.scheme == "http" and not is_loopback(host or ""):
        yield Complaint(("web", "url"), "who comes by web.url comes without TLS", "write https://")


def _files(settings: Web) -> Iterator[Complaint]:
    if settings.key and not settings.certificate:
        yield Complaint(("web", "key"), "there is a key, but no certificate", "add certificate")
    for key, file in (("certificate", settings.certificate), ("key", settings.key)):
        if file and not Path(file).is_absolute():
            yield Complaint(("web", key), f"web.{key} is no path from the root", f'write "{Path(file).absolute()}"')
        elif file and not Path(file).exists():
            yield Complaint(("web", key), f"{file} does not exist", "name a PEM file")


def _exposure(settings: Web) -> Iterator[Complaint]:
    for number, listen in enumerate(settings.listen):
        if _is_near(listen):
            continue
        if not (settings.certificate or settings.proxy_networks):
            message = f"who reads along at {listen} reads passwords and mail: there is no TLS"
            remedy = "set web.certificate, or web.proxy_networks if a proxy does it, or listen on 127.0.0.1"
            yield Complaint(("web", "listen", number), message, remedy)
        if not settings.url:
            message = f"nobody can come to {listen} without a name of the site"
            yield Complaint(("web", "listen", number), message, 'set web.url, "https://quarantine.company.example"')
    for number, text in enumerate(settings.proxy_networks):
        if text.endswith("/0"):
            message = f"everybody is believed to be a proxy: {text}"
            yield Complaint(("web", "proxy_networks", number), message, "name the machines")


def _is_near(listen: str) -> bool:
    try:
        return is_loopback(host_port(listen)[0])
    except ValueError:
        return True
