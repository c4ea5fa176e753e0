"""tables: the operators' own formats. Text in, table out; what is wrong in the text is a `Problem` with its line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gatekeeper.tables.access import AccessMap, Entry, Rule
from gatekeeper.tables.attachments import AttachmentRule, AttachmentRules
from gatekeeper.tables.filename_rules import parse_filename_rules
from gatekeeper.tables.hop import Hop
from gatekeeper.tables.lookup_table import LookupTable
from gatekeeper.tables.mailertable import Mailertable
from gatekeeper.tables.networks import Networks
from gatekeeper.tables.pattern_set import PatternSet
from gatekeeper.tables.pattern_table import PatternTable
from gatekeeper.tables.procmail import Recipes
from gatekeeper.tables.pyzor_accounts import PyzorAccounts
from gatekeeper.tables.recipients import RecipientList
from gatekeeper.tables.restriction import Restriction
from gatekeeper.tables.rule_set import RuleSet
from gatekeeper.tables.senders import SenderList
from gatekeeper.tables.transport import TransportMap
from gatekeeper.tables.virtusertable import Virtusertable

__all__ = [
    "AccessMap",
    "AttachmentRule",
    "AttachmentRules",
    "Entry",
    "ForeignRules",
    "Hop",
    "LookupTable",
    "Mailertable",
    "Networks",
    "PatternTable",
    "PyzorAccounts",
    "RecipientList",
    "Restriction",
    "Rule",
    "SenderList",
    "Tables",
    "TransportMap",
    "Virtusertable",
    "parse_filename_rules",
]


class ForeignRules(Protocol):
    """Rules of another program, which a room above this one reads and runs."""

    def pattern_sets(self) -> tuple[PatternSet, ...]:
        """All their patterns."""


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of one configuration; `recipients` by domain in lower case; `trusted` is what
    `gateway.trusted_networks` names; `well_known` are the domains that no block list is asked about; `yara` the
    operator's rules, compiled; `own` is what we ourselves are called: our host name, and the addresses we listen at;
    `line_checks` are Postfix's tables about header and body lines, by where a line stands (`header`, `mime`, `nested`,
    `body`); `senders` are those whom the operator or a recipient wants or not; `described` says what the findings mean
    whose names come from such a file; `rules` are ours and the operator's own.
    `spamassassin` are the rules of that program.
    `mailertable` may be Postfix's transport maps, and `restrictions` are its access maps. `procmail` are recipes.
    `files` are those that they were read from, with what a look at each said before.
    """

    access: AccessMap | None = None
    mailertable: Mailertable | TransportMap = field(default_factory=Mailertable)
    recipients: Mapping[str, RecipientList] = field(default_factory=dict)
    attachments: AttachmentRules = field(default_factory=AttachmentRules)
    pyzor_accounts: PyzorAccounts = field(default_factory=PyzorAccounts)
    trusted: Networks = field(default_factory=Networks)
    well_known: frozenset[str] = frozenset()
    yara: bytes = b""
    own: frozenset[str] = frozenset()
    line_checks: Mapping[str, tuple[PatternTable, ...]] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=dict)
    senders: SenderList = field(default_factory=SenderList)
    rules: RuleSet = field(default_factory=RuleSet)
    spamassassin: ForeignRules | None = None
    restrictions: tuple[Restriction, ...] = ()
    virtusertable: Virtusertable = field(default_factory=Virtusertable)
    procmail: Recipes = field(default_factory=lambda: Recipes(""))
    files: Mapping[str, tuple[int, int, int, int] | None] = field(default_factory=dict)

    def pattern_sets(self) -> tuple[PatternSet, ...]:
        """All sets of patterns in them, for the databases to be made for."""
        lines = (table.patterns for tables in self.line_checks.values() for table in tables)
        foreign = self.spamassassin.pattern_sets() if self.spamassassin else ()
        return tuple(dict.fromkeys((*(group.patterns for group in self.rules.groups.values()), *lines, *foreign)))
