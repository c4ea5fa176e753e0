"""hyperscan: `libhs` of the system (Intel's Hyperscan 5 or Vectorscan), which looks for many patterns at once.

It is used where it is there and finds what it must: Vectorscan 5.4.12, which the package of that name on PyPI brings,
misses matches (its issues 358 and 382), so a few that are known to get lost are looked for first. Without it `ENGINE`
is empty and everything else here is an `EngineError`. Calls hold the interpreter's lock: a scan takes microseconds,
and to wait for the lock once more at each match would take longer.
"""

import ctypes
from collections.abc import Sequence
from typing import Final

_BLOCK = 1
_SINGLEMATCH, _ALLOWEMPTY = 8, 16
_NOTED = ctypes.PYFUNCTYPE(
    ctypes.c_int, ctypes.c_uint, ctypes.c_ulonglong, ctypes.c_ulonglong, ctypes.c_uint, ctypes.py_object
)
_EASILY_LOST = (
    ((rb"<%[\s\S]+%>", rb"<[^<>]+:(?:ab|cd)", rb"[\$#]\{[\s\S]+\([\s\S]*\)[\s\S]*\}"), b"<%out.print();int a%>"),
    ((rb"(?:\A|\n)[^>][^\n]*<abc", rb"(?i:(?:\A|\n)[^>][^\n]*<defghi)"), b"y" * 40 + b"\n\n<abc"),
    ((rb"(?i)^.*SILVER.*EX.*$", rb"(?i)^.*GO.*LD.*$", rb"(?i)^.*A.*BE.*RY.*$"), b"SILVER HOUSE TUXTLA GUTIER MEX"),
)
"""Patterns and a text that the first of them matches."""


class EngineError(Exception):
    """The library refuses, in its own words, or is not there."""


class _Refusal(ctypes.Structure):
    _fields_ = (("message", ctypes.c_char_p), ("expression", ctypes.c_int))


def _library() -> "ctypes.PyDLL | None":
    try:
        library = ctypes.PyDLL("libhs.so.5")
    except OSError:
        return None
    library.hs_scan.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, _NOTED, ctypes.py_object
    ]  # fmt: skip
    for name in ("hs_free_database", "hs_free_scratch"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
    return library


_LIB = _library()
_free = ctypes.PyDLL(None).free
_free.argtypes = [ctypes.c_void_p]


def _ok(status: int) -> None:
    if status:
        raise EngineError(f"Hyperscan says {status}")


def _append(number: int, _start: int, _end: int, _flags: int, found: list[int]) -> int:
    found.append(number)
    return 0  # go on


_note = _NOTED(_append)


class Database:
    """Compiled patterns. Any number of threads may scan at the same time."""

    __slots__ = ("_handle", "_scratches")

    def __init__(self, handle: ctypes.c_void_p) -> None:
        """It becomes the owner of `handle`."""
        self._handle = handle
        self._scratches: list[ctypes.c_void_p] = []

    @classmethod
    def of(cls, patterns: Sequence[bytes], numbers: Sequence[int]) -> "Database":
        """Compile; a match is told by the number. `EngineError` if one of them is refused; it takes seconds."""
        library, count = _there(), len(patterns)
        handle, refusal = ctypes.c_void_p(), ctypes.POINTER(_Refusal)()
        unsigned = ctypes.c_uint * count
        flags = unsigned(*[_SINGLEMATCH | _ALLOWEMPTY] * count)
        texts = (ctypes.c_char_p * count)(*patterns)
        if library.hs_compile_multi(
            texts, flags, unsigned(*numbers), count, _BLOCK, None, ctypes.byref(handle), ctypes.byref(refusal)
        ):
            said = (refusal.contents.message or b"").decode("latin-1")
            library.hs_free_compile_error(refusal)
            raise EngineError(said)
        return cls(handle)

    @classmethod
    def load(cls, kept: bytes) -> "Database":
        """What `bytes` of a database gave. `EngineError` if it is not from the same version and kind of processor."""
        handle = ctypes.c_void_p()
        _ok(_there().hs_deserialize_database(kept, ctypes.c_size_t(len(kept)), ctypes.byref(handle)))
        return cls(handle)

    def __bytes__(self) -> bytes:
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        _ok(_there().hs_serialize_database(self._handle, ctypes.byref(data), ctypes.byref(size)))
        try:
            return ctypes.string_at(data.value or 0, size.value)
        finally:
            _free(data)

    def __del__(self) -> None:
        if _LIB is not None:
            for scratch in self._scratches:
                _LIB.hs_free_scratch(scratch)
            _LIB.hs_free_database(self._handle)

    def scan(self, text: bytes, found: list[int]) -> None:
        """Append the number of each pattern that matches, in no order."""
        library = _there()
        scratch = self._scratches.pop() if self._scratches else self._scratch()
        try:
            _ok(library.hs_scan(self._handle, text, len(text), 0, scratch, _note, found))
        finally:
            self._scratches.append(scratch)

    @property
    def engine(self) -> str:
        """The version, and the features of the processor that it is made for."""
        said = ctypes.c_char_p()
        _ok(_there().hs_database_info(self._handle, ctypes.byref(said)))
        try:
            return (said.value or b"").decode("latin-1")
        finally:
            _free(said)

    def _scratch(self) -> ctypes.c_void_p:
        """Room to work in, for one scan at a time."""
        scratch = ctypes.c_void_p()
        _ok(_there().hs_alloc_scratch(self._handle, ctypes.byref(scratch)))
        return scratch


def _there() -> ctypes.PyDLL:
    if _LIB is None:
        raise EngineError("libhs.so.5 is not installed")
    return _LIB


def _finds(patterns: Sequence[bytes], text: bytes) -> bool:
    found: list[int] = []
    Database.of(patterns, range(len(patterns))).scan(text, found)
    return found == [0]


def _engine() -> str:
    if _LIB is None or not all(_finds(*lost) for lost in _EASILY_LOST):
        return ""
    return Database.of([b"x"], [0]).engine


ENGINE: Final = _engine()
"""What a database is bound to; empty where there is none that can be used."""
