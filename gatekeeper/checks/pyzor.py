"""pyzor: was a message with this text reported to a Pyzor server? Others who got it share what they know.

Only the digest of the text leaves this machine, never text or addresses. What many report and nobody calls wanted
scores in full; each who calls it wanted takes as much away as one report brings. Of several servers the one that knows
most counts. A server that does not answer is no evidence. Without servers nothing is asked, nor about mail of our own
users.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.config.addresses import host_port
from gatekeeper.digests.pyzor import digest_of
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Answer, Answers, Finding, Found, Pyzor, Question, Stage

REPORTED = "pyzor-reported"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.pyzor]"""

    enabled: bool = True
    servers: list[str] = []  # "192.0.2.1:24441", "pyzor.example.net:24441"; empty: nobody is asked
    accounts: str = ""  # a file of the form of Pyzor's own accounts, for servers that want to know who asks
    timeout: float = 3.0  # for an answer, with a second attempt in it
    reports: int = 5  # how many are needed before they count
    score: float = 3.0  # for what all call spam

    def __post_init__(self) -> None:
        for server in self.servers:
            try:
                host_port(server)
            except ValueError as error:
                raise ValueError(f"{error}; write for instance pyzor.example.net:24441") from None
        if self.reports < 1 or not self.timeout > 0:
            raise ValueError("reports is 1 at least, and timeout more than 0 seconds")


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the content stage; without servers there is none."""
    servers = [host_port(server) for server in settings.servers]

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        digest = digest_of(mail.message) if mail.message and not mail.envelope.outbound else None
        if digest is None:
            return []
        answers = yield frozenset(Pyzor(digest, *server) for server in servers)
        found = [_finding(asked, answer, settings) for asked, answer in answers.items()]
        return sorted(filter(None, found), key=_weight)[-1:]

    return {Stage.CONTENT: check} if servers else {}


def _finding(asked: Question, answer: Answer, settings: Settings) -> Finding | None:
    match asked, answer:
        case Pyzor(host=host), Found((reports, whitelisted)):
            many, wanted = int(reports), int(whitelisted)
            if many < settings.reports or wanted >= many:
                return None
            evidence = f"{host}: {many} reports, {wanted} call it wanted"
            return Finding(REPORTED, round(settings.score * (many - wanted) / many, 2), evidence, secret=True)
        case _:
            return None


def _weight(finding: Finding) -> tuple[float, str]:
    return finding.score, finding.evidence
