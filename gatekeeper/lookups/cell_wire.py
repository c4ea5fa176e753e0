"""cell_wire: what a child could not do, as bytes between it and the gateway worker. It cannot fail."""

from gatekeeper.values import Answer, Exceeded, Failed

_LONGEST = 1000


def encode_failure(answer: Answer) -> bytes:
    """`Exceeded`, or anything else that is no answer, with its reason."""
    word = b"x" if isinstance(answer, Exceeded) else b"f"
    return word + getattr(answer, "why", "").encode("utf-8", "replace")[:_LONGEST]


def decode_failure(packed: bytes) -> Exceeded | Failed | None:
    """The failure; None if it is none."""
    word, why = packed[:1], packed[1:].decode("utf-8", "replace")
    return Exceeded(why) if word == b"x" else Failed(why) if word == b"f" else None
