"""signer: which of our keys signs a message, if any. It cannot fail.

Mail that goes out is signed with the key of the domain in its From, or of the nearest domain above that has one. Mail
that comes in and is changed, or all of it, gets an ARC set, so that whoever it is handed to can go by what we saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gatekeeper.authentication.author import author_domains
from gatekeeper.authentication.signing import Line, sealed, signature
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.message import Message
from gatekeeper.values import Authenticated, Envelope


@dataclass(frozen=True, slots=True)
class Signer:
    """`keys` by domain in lower case. `seal` makes ARC sets, of what was changed, or of everything if `always`."""

    keys: Mapping[str, SigningKey] = field(default_factory=dict)
    seal: SigningKey | None = None
    always: bool = False

    def signs(self, envelope: Envelope, changed: bool) -> bool:
        """Whether the message has to be looked at at all."""
        return bool(self.keys) if envelope.outbound else self.seal is not None and (changed or self.always)

    def lines(
        self, envelope: Envelope, message: Message, results: bytes, found: Sequence[Authenticated]
    ) -> Sequence[Line]:
        """What is to be put on top of `message`, which is as it will go on. `results` is the value of our
        Authentication-Results, `found` what that says.
        """
        if envelope.outbound:
            key = self._key(message)
            return (signature(message, key, envelope.received_at),) if key else ()
        if self.seal is None:
            return ()
        chain = next((one.result for one in found if one.method == "arc"), "none")
        return sealed(message, self.seal, results, chain, envelope.received_at)

    def _key(self, message: Message) -> SigningKey | None:
        """That of the one domain in From."""
        domains = author_domains(message.values(b"from"))
        if len(domains) != 1:
            return None
        labels = domains[0].split(".")
        above = (".".join(labels[n:]) for n in range(len(labels)))
        return next((self.keys[domain] for domain in above if domain in self.keys), None)
