"""dependencies: what becomes of a message when something that is asked about it does not answer: one row for each.

    down     it is not there, or broke             timeout  it kept silent
    refused  it answered that it will not answer   limit    it would have cost too much, or been too large

Each cell is one of "defer" (451, the client comes back), "hold" (in the quarantine), "tag" (a line in the header) and
"pass" (known to the journal alone). Doubt never refuses for good, so "reject" is none of them.
"""

from typing import Literal

import msgspec

from gatekeeper.values import Dependency, Outage, Resort

Cell = Literal["defer", "hold", "tag", "pass"]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What becomes of a message in each case."""

    down: Cell
    timeout: Cell
    refused: Cell
    limit: Cell

    def resorts(self) -> dict[Outage, Resort]:
        """The same, as the pipeline has it."""
        return {outage: Resort(getattr(self, outage)) for outage in Outage}


class Dns(Row, frozen=True):
    """[dependencies.dns]: name servers: block lists, authentication, next to everything that is asked by name."""

    down: Cell = "pass"  # also when the servers of one domain alone are broken, which is common
    timeout: Cell = "pass"
    refused: Cell = "pass"
    limit: Cell = "pass"


class Antivirus(Row, frozen=True):
    """[dependencies.antivirus]: virus scanners, when none of those that are configured answers."""

    down: Cell = "defer"
    timeout: Cell = "defer"
    refused: Cell = "defer"
    limit: Cell = "tag"  # larger than the scanner takes


class Directory(Row, frozen=True):
    """[dependencies.directory]: who knows which mailboxes exist, at RCPT: recipient lists, callouts, LDAP."""

    down: Cell = "defer"
    timeout: Cell = "defer"
    refused: Cell = "defer"
    limit: Cell = "defer"


class Opener(Row, frozen=True):
    """[dependencies.opener]: what looks into archives and documents."""

    down: Cell = "hold"  # it crashed over one
    timeout: Cell = "defer"  # there was no time
    refused: Cell = "defer"  # too much waits already
    limit: Cell = "hold"  # one took more than it may


class Classifier(Row, frozen=True):
    """[dependencies.classifier]: what was learnt from mail."""

    down: Cell = "pass"
    timeout: Cell = "pass"
    refused: Cell = "pass"
    limit: Cell = "pass"


class Hashes(Row, frozen=True):
    """[dependencies.hashes]: servers and stores that know spam by its digest."""

    down: Cell = "pass"
    timeout: Cell = "pass"
    refused: Cell = "pass"
    limit: Cell = "pass"


class History(Row, frozen=True):
    """[dependencies.history]: what is known of senders from earlier mail."""

    down: Cell = "pass"
    timeout: Cell = "pass"
    refused: Cell = "pass"
    limit: Cell = "pass"


class Programs(Row, frozen=True):
    """[dependencies.programs]: programs of the operator's that procmail's recipes call."""

    down: Cell = "defer"
    timeout: Cell = "defer"
    refused: Cell = "defer"
    limit: Cell = "tag"  # it takes too much CPU time, or prints too much


class Dependencies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[dependencies]: a row for everything that is asked."""

    dns: Dns = Dns()
    antivirus: Antivirus = Antivirus()
    directory: Directory = Directory()
    opener: Opener = Opener()
    classifier: Classifier = Classifier()
    hashes: Hashes = Hashes()
    history: History = History()
    programs: Programs = Programs()

    def table(self) -> dict[Dependency, dict[Outage, Resort]]:
        """Each cell; a dependency without a row is an `AttributeError`."""
        return {dependency: getattr(self, dependency).resorts() for dependency in Dependency}
