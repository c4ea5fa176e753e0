"""smtp_judged: a message with its verdicts, and what it becomes as it is held or goes on. Pure; nothing here fails."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gatekeeper.authentication.signer import Signer
from gatekeeper.fronts.report import sternest
from gatekeeper.fronts.signing import signatures
from gatekeeper.message import Buffer
from gatekeeper.message.edit import Edit, edited
from gatekeeper.message.line_edits import Fitted
from gatekeeper.message.rewrite import Rewritten
from gatekeeper.pipeline.headers import ID, OWN_NAMES, REASON, forged, verdict_fields
from gatekeeper.protocols.received import received_value
from gatekeeper.relay.route import Route
from gatekeeper.values import Action, Envelope, Orders, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with the verdict for each recipient and where each goes. `parameters` are those of RCPT, `said` is what
    the peer called itself; what goes on is `rewritten`, if that is not None, with its `lines` changed, and where
    `orders` say.
    """

    envelope: Envelope
    said: str
    raw: Buffer
    sha256: str
    verdicts: Mapping[str, Verdict]
    routes: Mapping[str, Route]
    parameters: Mapping[str, Mapping[str, str]]
    rewritten: Rewritten | None = None
    lines: Fitted = field(default_factory=Fitted)
    orders: Orders = field(default_factory=Orders)

    def only(self, *actions: Action) -> dict[str, Verdict]:
        """The recipients to whom one of these actions applies."""
        return {address: verdict for address, verdict in self.verdicts.items() if verdict.action in actions}

    def original(self, verdicts: Mapping[str, Verdict], hostname: str) -> Edit:
        """The message to be held for these: our trace, id and reason on top, every other byte as it came. It is not
        marked as spam, because whoever releases it says that it is none.
        """
        fields = [field for field in self._fields(verdicts, hostname) if field[0] in (ID, REASON)]
        return edited(self.raw, OWN_NAMES, self._lines(fields, hostname), forged=forged(hostname))

    def onward(self, verdicts: Mapping[str, Verdict], hostname: str, signer: Signer) -> Edit:
        """The message as it goes on to these: our lines on top, forged ones out, changed where it has to be, signed."""
        fields = self._fields(verdicts, hostname)
        edit = self._with(fields, hostname)
        changed = self.rewritten is not None or self.lines.changing
        ours = signatures(signer, self.envelope, _spokesman(verdicts), hostname, edit, changed)
        return self._with((*ours, *fields), hostname) if ours else edit

    def _with(self, fields: Iterable[tuple[bytes, bytes]], hostname: str) -> Edit:
        lines = self._lines(fields, hostname)
        lines += self.lines.top
        if self.rewritten is None:
            return edited(self.raw, OWN_NAMES, lines, self.lines.body, forged(hostname), self.lines.fields)
        return self.rewritten.applied(self.raw, OWN_NAMES, lines, forged(hostname), self.lines.fields)

    def _fields(self, verdicts: Mapping[str, Verdict], hostname: str) -> list[tuple[bytes, bytes]]:
        return verdict_fields(_spokesman(verdicts), self.envelope, hostname)

    def _lines(self, fields: Iterable[tuple[bytes, bytes]], hostname: str) -> bytes:
        ours = [(b"Received", received_value(self.envelope, hostname, self.said)), *fields]
        return b"".join(b"%b: %b\r\n" % line for line in ours)


def _spokesman(verdicts: Mapping[str, Verdict]) -> Verdict:
    """The verdict that the header tells: all recipients get the same."""
    verdict = sternest(verdicts)
    assert verdict is not None
    return verdict
