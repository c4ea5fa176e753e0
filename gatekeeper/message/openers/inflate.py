"""inflate: zlib within an allowance."""

import zlib

from gatekeeper.message.openers.contract import Allowance, LimitError

_STEP = 1_000_000


def inflated(data: bytes, allowance: Allowance, wbits: int = zlib.MAX_WBITS) -> bytes:
    """What `data` unpacks to, as far as it is whole. `LimitError` when that is too much, `zlib.error` when it is
    nothing of the kind.
    """
    engine = zlib.decompressobj(wbits)
    out = bytearray(engine.decompress(data, _STEP))
    while engine.unconsumed_tail and not engine.eof:
        if len(out) > allowance.limits.member:
            raise LimitError("limit.member")
        out += engine.decompress(engine.unconsumed_tail, _STEP)
    allowance.spend(len(out))
    return bytes(out)
