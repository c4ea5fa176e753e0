"""tables: the operators' files that a configuration names, read and checked against it.

A file that cannot be read, and every mistake in one, is a `Problem`; nothing raises. The tables returned are as good as
the files allow: whoever serves mail by them first looks whether a problem is an error.
"""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import gatekeeper
from gatekeeper.app import state
from gatekeeper.app.line_checks import read_line_checks
from gatekeeper.app.lookup_tables import file_of, read_restrictions, read_transport, read_virtusertable
from gatekeeper.app.ordering import unable
from gatekeeper.app.procmail import read_procmail
from gatekeeper.app.rules import read_rules
from gatekeeper.app.scanning import yara_rules
from gatekeeper.app.sender_list import leaning, reviewed_senders
from gatekeeper.app.watch import Stamp, stamp
from gatekeeper.config.addresses import host_port, is_loopback
from gatekeeper.config.schema import Config
from gatekeeper.protocols.dns_name import dns_name
from gatekeeper.tables import (
    AccessMap,
    AttachmentRules,
    ForeignRules,
    Hop,
    Mailertable,
    Networks,
    PyzorAccounts,
    RecipientList,
    SenderList,
    Tables,
    TransportMap,
    Virtusertable,
    parse_filename_rules,
)
from gatekeeper.values import Problem

_EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104  # compared, not bound


def read_tables(config: Config) -> tuple[Tables, list[Problem]]:
    """All tables of `config`, and what is wrong with them."""
    problems: list[Problem] = []
    folders = filter(os.path.isdir, config.tables.spamassassin)  # where a file may be added, or go
    files: dict[str, Stamp] = {name: stamp(name) for name in folders}

    def text(path: str, setting: str) -> str:
        files.setdefault(path, stamp(path))  # before it is read: what is written meanwhile is a change
        try:
            return Path(path).read_text(encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            problems.append(Problem(path, 0, "error", message, f"create it, or change {setting}"))
            return ""

    access = _access(config.tables.access, text)
    virtual = read_virtusertable(config, text, problems)
    transport = read_transport(config, text, problems)
    mailertable = transport or _mailertable(config.relay.mailertable, text)
    recipients = _recipients(config, text)
    attachments = _attachments(config, text)
    accounts = _pyzor_accounts(config, text)
    for table in (access, None if transport else mailertable, *recipients.values(), attachments, accounts):
        problems += table.problems if table else ()
    senders = _senders(config, text)
    problems += leaning(config, senders)
    reviewers = str(state.own_senders(config).path)
    files.setdefault(reviewers, stamp(reviewers))
    reviewed = reviewed_senders(config)
    problems += leaning(config, reviewed, reviewers)
    senders = senders.followed_by(reviewed)
    problems += senders.problems
    problems += _against_config(config, mailertable, virtual)
    line_checks = read_line_checks(config.tables, text, problems)
    rules = read_rules(config, shipped(""), text, problems)
    trusted = Networks.parse(config.gateway.trusted_networks)
    known = _well_known(config, text)
    yara, found = yara_rules(config)
    own = _own(config)
    tables = Tables(access, mailertable, recipients, attachments, accounts, trusted, known, yara, own, line_checks)
    foreign, names = _foreign(config, text, problems)
    names |= rules.described
    tables = replace(tables, senders=senders, rules=rules, spamassassin=foreign, described=names)
    tables = replace(tables, procmail=read_procmail(config, mailertable, text, problems))
    tables = replace(tables, restrictions=read_restrictions(config, text, problems), virtusertable=virtual)
    problems += unable(config, mailertable, line_checks, tables.restrictions)
    tables = replace(tables, files=files)
    return tables, list(dict.fromkeys([*problems, *found]))


def _foreign(
    config: Config, text: Callable[[str, str], str], problems: list[Problem]
) -> tuple[ForeignRules | None, dict[str, str]]:
    """SpamAssassin's rules, and what they mean."""
    if not config.tables.spamassassin:
        return None, {}
    from gatekeeper.app import spamassassin  # a tenth of a second that few need

    rules = spamassassin.read_spamassassin(config, text, problems)
    return rules, spamassassin.described(rules)


def _access(name: str, text: Callable[[str, str], str]) -> AccessMap | None:
    path = file_of(name)
    return AccessMap.parse(text(path, "tables.access"), path) if path else None


def _senders(config: Config, text: Callable[[str, str], str]) -> SenderList:
    path = config.tables.senders
    return SenderList.parse(text(path, "tables.senders"), path) if path else SenderList()


def _mailertable(name: str, text: Callable[[str, str], str]) -> Mailertable:
    path = file_of(name)
    return Mailertable.parse(text(path, "relay.mailertable"), path) if path else Mailertable()


def _recipients(config: Config, text: Callable[[str, str], str]) -> dict[str, RecipientList]:
    @cache
    def parsed(path: str, delimiter: str) -> RecipientList:
        return RecipientList.parse(text(path, "the domain's recipients"), path, delimiter)

    return {
        name.lower(): parsed(domain.recipients, domain.delimiter)
        for name, domain in config.domains.items()
        if domain.verify == "list" and domain.recipients
    }


def _attachments(config: Config, text: Callable[[str, str], str]) -> AttachmentRules:
    """The operator's rules, MailScanner's, ours: in the order in which they are asked."""
    tables = config.tables
    rules = AttachmentRules()
    if path := tables.attachments:
        rules = rules.followed_by(AttachmentRules.parse(text(path, "tables.attachments"), path))
    if path := tables.filename_rules:
        rules = rules.followed_by(parse_filename_rules(text(path, "tables.filename_rules"), path, "part"))
    if path := tables.archive_filename_rules:
        rules = rules.followed_by(parse_filename_rules(text(path, "tables.archive_filename_rules"), path, "member"))
    if tables.shipped_attachments:
        path = str(shipped("attachments.rules"))
        rules = rules.followed_by(AttachmentRules.parse(text(path, "tables.shipped_attachments"), path))
    return rules


def _pyzor_accounts(config: Config, text: Callable[[str, str], str]) -> PyzorAccounts:
    path = config.checks.get("pyzor", {}).get("accounts")
    if not path or not isinstance(path, str):  # of a wrong type: that is told elsewhere
        return PyzorAccounts()
    return PyzorAccounts.parse(text(path, "checks.pyzor.accounts"), path)


def _well_known(config: Config, text: Callable[[str, str], str]) -> frozenset[str]:
    if not config.tables.shipped_domains:
        return frozenset()
    lines = text(str(shipped("well-known-domains")), "tables.shipped_domains").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _own(config: Config) -> frozenset[str]:
    """Our host name, which is not looked up for this, and where we listen; that may be every address, which is none."""
    addresses = {host_port(text)[0] for text in config.smtp.listen}.difference(_EVERY_ADDRESS)
    return frozenset({dns_name(config.gateway.hostname or socket.gethostname()), *addresses} - {""})


def shipped(name: str) -> Path:
    """A rule file of ours: beside the package in the sources, in it where it is installed."""
    package = Path(gatekeeper.__file__).parent
    installed = package / "rules"
    return (installed if installed.is_dir() else package.parent / "rules") / name


def _against_config(
    config: Config, mailertable: Mailertable | TransportMap, virtual: Virtusertable
) -> Iterator[Problem]:
    """What only shows when the tables that say where mail goes and the settings are seen together."""
    source, example = file_of(config.relay.mailertable), "esmtp:[host]"
    if isinstance(mailertable, TransportMap):
        source, example = next((table.source for table in mailertable.tables), ""), "smtp:[host]"
    listeners = [host_port(text) for text in config.smtp.listen]
    for key, target in mailertable.targets.items():
        if isinstance(target, Hop) and any(_reaches(target, *listener) for listener in listeners):
            message = f"{key!r} goes to {target}, where this gateway itself listens"
            yield Problem(source, mailertable.lines[key], "error", message, "name the server behind the gateway")
    for key, value in virtual.values.items():
        domain = value.rpartition("@")[2]
        if "%" not in value and not value.lower().startswith("error:") and mailertable.lookup(domain) is None:
            message = f"{key!r} becomes {value}, but no entry says where mail for {domain} goes"
            yield Problem(virtual.source, virtual.lines[key], "error", message, f"add {domain} {example} to {source}")
    if not source:
        return
    if isinstance(mailertable, TransportMap) and not config.relay.domains and not mailertable.targets:
        message = "no entry names a domain, so none is ours"
        yield Problem(source, 0, "error", message, "set relay.domains, as Postfix's relay_domains")
    for domain in config.relay.domains:
        if not domain.startswith(".") and mailertable.lookup(domain) is None and domain not in virtual.domains:
            message = f"relay.domains has {domain}, but no entry says where its mail goes"
            yield Problem(source, 0, "error", message, f"add {domain} {example}")
    for domain in config.domains:
        if not config.relay.domains and not mailertable.names(domain) and domain not in virtual.domains:
            message = f'there are settings for [domains."{domain}"], but no entry makes it ours'
            yield Problem(source, 0, "warning", message, f"add {domain} {example}")


def _reaches(hop: Hop, host: str, port: int) -> bool:
    """Whether a connection to `hop` certainly ends at our own listener."""
    if not hop.smtp or hop.mx or hop.port != port:
        return False
    return hop.host == host or (host in _EVERY_ADDRESS and is_loopback(hop.host))
