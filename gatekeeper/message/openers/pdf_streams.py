"""pdf_streams: the bytes of a stream of a PDF, unpacked within an allowance where qpdf would unpack without one.

`LimitError` when that is too much; a filter that is not read gives the bytes as they stand.
"""

import zlib
from binascii import Error, unhexlify
from typing import TYPE_CHECKING

from gatekeeper.message.openers.contract import Allowance
from gatekeeper.message.openers.inflate import inflated

if TYPE_CHECKING:
    from pikepdf import Stream

_FLATE = ("/FlateDecode", "/Fl")
_HEX = ("/ASCIIHexDecode", "/AHx")
_FILTERS = 8


def decoded(stream: "Stream", allowance: Allowance) -> bytes:
    """What the stream holds, through its filters (ISO 32000-1, 7.4)."""
    import pikepdf

    raw = stream.read_raw_bytes()
    filters = stream.stream_dict.get("/Filter", pikepdf.Array())
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if len(names) > _FILTERS:
        return raw
    if not all(name in _FLATE + _HEX for name in names) or "/DecodeParms" in stream.stream_dict:
        return _by_qpdf(stream, raw, allowance)
    for name in names:
        try:
            raw = inflated(raw, allowance) if name in _FLATE else _unhexed(raw)
        except (zlib.error, Error):
            return raw
    return raw


def _by_qpdf(stream: "Stream", raw: bytes, allowance: Allowance) -> bytes:
    """Filters that hardly multiply, or a predictor."""
    import pikepdf

    try:
        data = bytes(stream.get_stream_buffer(pikepdf.StreamDecodeLevel.all))
    except pikepdf.PdfError:
        return raw
    allowance.spend(len(data))
    return data


def _unhexed(raw: bytes) -> bytes:
    digits = b"".join(raw.partition(b">")[0].split())
    return unhexlify(digits + b"0" * (len(digits) % 2))
