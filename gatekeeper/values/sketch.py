"""sketch: what a text or a file is recognised by after it was changed a little."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sketch:
    """`kind` says of what it is and how it was made: only sketches of one kind compare. Two that are much alike share
    one of their `keys` at least; how much they are alike, `data` says (`digests.sketches.likeness`).
    """

    kind: str
    data: bytes
    keys: tuple[int, ...]
