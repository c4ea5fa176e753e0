"""validate: what settings mean, alone and together, beyond their types. Pure but for asking whether files exist."""

import os
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path as File

from gatekeeper.config.addresses import (
    MilterSocket,
    clamd_socket,
    host_port,
    is_domain,
    is_loopback,
    ldap_server,
    milter_socket,
    spamd_socket,
)
from gatekeeper.config.convert import Complaint, spelled
from gatekeeper.config.locate import Path
from gatekeeper.config.schema import Config
from gatekeeper.config.validate_mail import digest, teaching
from gatekeeper.config.validate_reviewing import reviewing
from gatekeeper.config.validate_web import web

_LONGEST_REPLY = 100.0  # seconds from the dot to our reply; RFC 5321 §4.5.3.2.6 lets a client wait ten minutes, few do


def validate(config: Config) -> list[Complaint]:
    """Every mistake in the meaning of `config`, in no order that matters."""
    return [complaint for rule in _RULES for complaint in rule(config)]


def _sockets(config: Config) -> Iterator[Complaint]:
    example = "write for instance 127.0.0.1:2525 or [::1]:2525"
    yield from _each(("smtp", "listen"), config.smtp.listen, host_port, example)
    yield from _each(("dns", "servers"), config.dns.servers, _dns_server, "write for instance 127.0.0.1:53")
    yield from _one(("metrics", "listen"), config.metrics.listen, host_port, "write for instance 127.0.0.1:9477")
    yield from _one(("quarantine", "mta"), config.quarantine.mta, host_port, "write for instance 127.0.0.1:25")
    engine = "write for instance unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310"
    yield from _each(("antivirus", "engines"), config.antivirus.engines, clamd_socket, engine)
    socket = "write unix:/path, inet:port@host or inet6:port@host"
    yield from _one(("milter", "socket"), config.milter.socket, milter_socket, socket)
    spamd = "write for instance 127.0.0.1:783 or unix:/run/gatekeeper/spamd.sock"
    yield from _each(("scand", "listen"), config.scand.listen, spamd_socket, spamd)
    for front, mode in (("milter", config.milter.mode), ("scand", config.scand.mode)):
        yield from _one((front, "mode"), mode, _mode, 'write it in octal, for instance "0660"')
    for front, listen in (("smtp", config.smtp.listen), ("scand", config.scand.listen)):
        listening = [spamd_socket(text) if _sound(spamd_socket, text) else None for text in listen]
        for number, address in enumerate(listening):
            if address and (address.port or address.family == "unix") and address in listening[:number]:
                yield Complaint((front, "listen", number), f"{front}.listen names the same socket twice", "delete one")


def _networks(config: Config) -> Iterator[Complaint]:
    lists = {
        ("gateway", "trusted_networks"): config.gateway.trusted_networks,
        ("gateway", "own_networks"): config.gateway.own_networks,
        ("smtp", "xclient_networks"): config.smtp.xclient_networks,
        ("smtp", "xforward_networks"): config.smtp.xforward_networks,
        ("smtp", "proxy_networks"): config.smtp.proxy_networks,
        ("smtp", "normalise_networks"): config.smtp.normalise_networks,
    }
    for path, networks in lists.items():
        yield from _each(path, networks, ip_network, "write for instance 192.0.2.0/24, 2001:db8::/32 or one address")
        for number, text in enumerate(networks):
            if _sound(ip_network, text) and ip_network(text).prefixlen == 0:
                message = f"{spelled(path)} lets everybody in: {text}"
                yield Complaint((*path, number), message, "name the machines", "warning")


def _thresholds(config: Config) -> Iterator[Complaint]:
    yield from _ordered(("policy",), config.policy.tag, config.policy.quarantine, config.policy.reject)
    for name, domain in config.domains.items():
        own = (domain.tag, domain.quarantine, domain.reject)
        general = (config.policy.tag, config.policy.quarantine, config.policy.reject)
        if own != (None, None, None):
            mixed = [mine if mine is not None else given for mine, given in zip(own, general, strict=True)]
            yield from _ordered(("domains", name), *mixed)


def _ordered(path: Path, tag: float, quarantine: float, reject: float) -> Iterator[Complaint]:
    if not tag <= quarantine <= reject:
        scores = f"tag {tag:g}, quarantine {quarantine:g}, reject {reject:g}"
        yield Complaint(path, f"the scores of {spelled(path)} do not ascend: {scores}", "let each be at least the last")


def _cutoffs(config: Config) -> Iterator[Complaint]:
    ham, spam = config.classifier.ham_cutoff, config.classifier.spam_cutoff
    if ham and spam and ham >= spam:
        message = f"ham_cutoff {ham:g} is not below spam_cutoff {spam:g}: a score would be both"
        yield Complaint(("classifier", "ham_cutoff"), message, "let it be lower, or set both to 0 to have them fitted")


def _domains(config: Config) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for name, domain in config.domains.items():
        path: Path = ("domains", name)
        if not is_domain(name):
            yield Complaint(path, f"{name!r} is no domain", 'write [domains."example.org"]')
        if (first := seen.setdefault(name.lower(), name)) != name:
            yield Complaint(path, f"{name!r} and {first!r} are one domain", "keep one of the two tables")
        if domain.verify == "list" and not domain.recipients:
            yield Complaint((*path, "verify"), 'verify is "list", but there is no list', 'add recipients = "/path"')
        if domain.verify == "ldap" and not config.directory.servers:
            yield Complaint((*path, "verify"), 'verify is "ldap", but there is no server', "set directory.servers")
        if domain.recipients and domain.verify != "list":
            message = f'the list of recipients is not used: verify is "{domain.verify}"'
            yield Complaint((*path, "recipients"), message, 'write verify = "list"', "warning")
    for number, name in enumerate(config.relay.domains):
        if not is_domain(name.removeprefix(".")):
            yield Complaint(("relay", "domains", number), f"{name!r} is no domain", "write for instance example.org")


def _directory(config: Config) -> Iterator[Complaint]:
    settings = config.directory
    yield from _each(
        ("directory", "servers"), settings.servers, ldap_server, "write for instance ldaps://dc1.example.org"
    )
    if "%s" not in settings.filter or ":=%s" in settings.filter:
        message = "directory.filter does not say what the address is compared with"
        yield Complaint(("directory", "filter"), message, 'write for instance "(mail=%s)"; a rule (:=) finds nothing')
    if settings.servers and not settings.search_base:
        message = "directory.search_base is empty, and most servers find nothing then"
        yield Complaint(("directory", "servers"), message, 'write for instance "dc=company,dc=example"', "warning")
    if bool(settings.bind_dn) != bool(settings.password_file):
        key = "bind_dn" if settings.bind_dn else "password_file"
        yield Complaint(("directory", key), f"directory.{key} stands alone", "an account has a name and a password")
    servers = [ldap_server(url) for url in settings.servers if _sound(ldap_server, url)]
    in_clear = not settings.starttls and any(not server.tls and not is_loopback(server.host) for server in servers)
    if in_clear and settings.bind_dn:
        message = "the password of directory.bind_dn goes over the network in clear"
        yield Complaint(("directory", "starttls"), message, "write ldaps://, or starttls = true", "warning")


def _release(config: Config) -> Iterator[Complaint]:
    quarantine = config.quarantine
    if quarantine.release_via == "mta" and not quarantine.mta:
        yield Complaint(("quarantine", "release_via"), "quarantine.mta is missing", 'add mta = "127.0.0.1:25"')
    if quarantine.mta and quarantine.release_via != "mta":
        message = 'quarantine.mta is not used: release_via is "hop"'
        yield Complaint(("quarantine", "mta"), message, 'write release_via = "mta"', "warning")
    if quarantine.mta in config.smtp.listen:
        yield Complaint(("quarantine", "mta"), "quarantine.mta is the proxy itself", "name the MTA's own listener")
    if config.milter.socket and quarantine.release_via == "hop" and not _routes(config):
        message = "held mail cannot be released: there is no mailertable"
        remedy = 'set relay.mailertable, or release_via = "mta" and mta'
        yield Complaint(("milter", "socket"), message, remedy, "warning")


def _files(config: Config) -> Iterator[Complaint]:
    paths: dict[Path, str] = {
        ("gateway", "state"): config.gateway.state,
        ("relay", "mailertable"): _bare(config.relay.mailertable),
        ("relay", "virtusertable"): _bare(config.relay.virtusertable),
        ("tables", "access"): _bare(config.tables.access),
        ("tables", "attachments"): config.tables.attachments,
        ("tables", "filename_rules"): config.tables.filename_rules,
        ("tables", "archive_filename_rules"): config.tables.archive_filename_rules,
        ("antivirus", "yara"): config.antivirus.yara,
        ("directory", "ca_file"): config.directory.ca_file,
        ("directory", "password_file"): config.directory.password_file,
        ("smtp", "certificate"): config.smtp.certificate,
        ("smtp", "key"): config.smtp.key,
    } | {("domains", name, "recipients"): domain.recipients for name, domain in config.domains.items()}
    for path, file in paths.items():
        if file and not File(file).is_absolute():
            yield Complaint(path, f"{spelled(path)} is no path from the root", f'write "{File(file).absolute()}"')
    if config.smtp.key and not config.smtp.certificate:
        yield Complaint(("smtp", "key"), "there is a key, but no certificate", "add certificate")
    for path in (("smtp", "certificate"), ("smtp", "key")):
        if File(paths[path]).is_absolute() and not os.path.lexists(paths[path]):
            yield Complaint(path, f"{paths[path]} does not exist", "name a PEM file")
    if not config.gateway.state:
        yield Complaint(("gateway", "state"), "gateway.state is empty", "name a directory")


def _bare(name: str) -> str:
    """The path of a table, without the type that Postfix and sendmail write in front (`hash:`)."""
    kind, colon, path = name.partition(":")
    return path if colon and kind.isalpha() else name


def _routes(config: Config) -> str:
    """What says where mail goes."""
    return config.relay.mailertable or config.relay.transport


def _next_hops(config: Config) -> Iterator[Complaint]:
    if config.relay.mailertable and config.relay.transport:
        message = "relay.mailertable and relay.transport both say where mail goes"
        yield Complaint(("relay", "transport"), message, "set one of them")
    if config.relay.virtusertable and not config.smtp.listen:
        message = "relay.virtusertable is for the proxy, and there is none: before a milter the MTA does it"
        yield Complaint(("relay", "virtusertable"), message, "leave it to the MTA", "warning")


def _waiting(config: Config) -> Iterator[Complaint]:
    total = config.smtp.scan_timeout + config.relay.hop_timeout
    if config.smtp.listen and total > _LONGEST_REPLY:
        message = f"from the dot to our reply {total:g} s may pass, and clients give up earlier"
        remedy = f"keep smtp.scan_timeout and relay.hop_timeout together under {_LONGEST_REPLY:g}"
        yield Complaint(("relay", "hop_timeout"), message, remedy, "warning")


def _exposure(config: Config) -> Iterator[Complaint]:
    listen = config.metrics.listen
    if listen and _sound(host_port, listen) and not is_loopback(host_port(listen)[0]):
        yield Complaint(("metrics", "listen"), "everybody can read the metrics", "listen on 127.0.0.1", "warning")
    for number, text in enumerate(config.scand.listen):
        if _sound(spamd_socket, text) and not _is_local(spamd_socket(text)):
            message = f"everybody who reaches {text} can have messages judged"
            yield Complaint(("scand", "listen", number), message, "listen on 127.0.0.1 or a unix socket", "warning")
    if config.smtp.listen and not _routes(config):
        message = "the proxy has no next hop and refuses everything"
        yield Complaint(("smtp", "listen"), message, "set relay.mailertable", "warning")


def _names(config: Config) -> Iterator[Complaint]:
    hostname = config.gateway.hostname
    if hostname and not is_domain(hostname):
        yield Complaint(("gateway", "hostname"), f"{hostname!r} is no host name", "write for instance mx.example.org")
    for number, local in enumerate(config.policy.exempt):
        if "@" in local or not local:
            yield Complaint(
                ("policy", "exempt", number), f"{local!r} is no local part", "write for instance postmaster"
            )
    sender = config.relay.callout_sender
    if sender and "@" not in sender:
        yield Complaint(
            ("relay", "callout_sender"), f"{sender!r} is no address", "write for instance check@example.org"
        )


def _each(path: Path, texts: Iterable[str], parse: Callable[[str], object], remedy: str) -> Iterator[Complaint]:
    for number, text in enumerate(texts):
        yield from _said((*path, number), text, parse, remedy)


def _one(path: Path, text: str, parse: Callable[[str], object], remedy: str) -> Iterator[Complaint]:
    if text:
        yield from _said(path, text, parse, remedy)


def _said(path: Path, text: str, parse: Callable[[str], object], remedy: str) -> Iterator[Complaint]:
    try:
        parse(text)
    except ValueError as error:
        yield Complaint(path, f"{spelled(path)}: {error}", remedy)


def _sound(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _is_local(place: MilterSocket) -> bool:
    return place.family == "unix" or is_loopback(place.place)


def _dns_server(text: str) -> None:
    ip_address(host_port(text)[0])


def _mode(text: str) -> None:
    if not 0 <= int(text, 8) <= 0o777:
        raise ValueError(f"{text!r} is no mode of a file")


_RULES = (
    _sockets,
    _networks,
    _thresholds,
    _cutoffs,
    _domains,
    _directory,
    _release,
    web,
    reviewing,
    teaching,
    digest,
    _files,
    _next_hops,
    _waiting,
    _exposure,
    _names,
)
