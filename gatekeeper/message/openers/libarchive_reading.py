"""libarchive_reading: libarchive over bytes in memory. It raises LibarchiveError, with its words.

Formats and filters are chosen one by one: of all that libarchive can do, some filters start programs, and one format
(mtree) opens files that it names. None of those is ever switched on.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ctypes import c_char_p, c_int, c_size_t, c_void_p, cast, create_string_buffer

from libarchive import ffi
from libarchive.exception import ArchiveError

logging.getLogger("libarchive").disabled = True  # it would log the words of hostile archives

_PIECE = 262_144
_has_encrypted = ffi.ffi("read_has_encrypted_entries", [ffi.c_archive_p], c_int)
_is_encrypted = ffi.ffi("entry_is_encrypted", [ffi.c_archive_entry_p], c_int)
_utf8_name = ffi.ffi("entry_pathname_utf8", [ffi.c_archive_entry_p], c_char_p)
_set_options = ffi.ffi("read_set_options", [ffi.c_archive_p, c_char_p], c_int, ffi.check_int)
_FOLDER = 0o040000


class LibarchiveError(Exception):
    """What libarchive says, without the addresses that its own exception shows."""


class Entry:
    """One entry of an archive, valid until the next one is asked for."""

    def __init__(self, archive: c_void_p, entry: c_void_p) -> None:
        self._archive = archive
        self._entry = entry
        self.ended_badly = False

    @property
    def name(self) -> bytes:
        """Its name in UTF-8, or in the bytes of the archive where it is not known in what they are."""
        name: bytes | None = _utf8_name(self._entry) or ffi.entry_pathname(self._entry)
        return name or b""

    @property
    def target(self) -> bytes:
        """Where it leads to, if it is a link."""
        target: bytes | None = ffi.entry_symlink(self._entry) or ffi.entry_hardlink(self._entry)
        return target or b""

    @property
    def size(self) -> int:
        """What is claimed, in bytes."""
        return int(ffi.entry_size(self._entry)) if ffi.entry_size_is_set(self._entry) else 0

    @property
    def is_folder(self) -> bool:
        return bool(ffi.entry_filetype(self._entry) == _FOLDER)

    @property
    def is_encrypted(self) -> bool:
        return bool(_is_encrypted(self._entry))

    def pieces(self) -> Iterator[bytes]:
        """Its contents."""
        buffer = create_string_buffer(_PIECE)
        try:
            while size := ffi.read_data(self._archive, buffer, _PIECE):
                yield buffer.raw[:size]
        except ArchiveError as error:
            self.ended_badly = error.retcode == ffi.ARCHIVE_FATAL
            raise LibarchiveError(error.msg) from error


@contextmanager
def entries_of(
    data: bytes, formats: Iterable[str], filters: Iterable[str] = (), options: bytes = b"", start: int = 0
) -> Iterator[Iterator[Entry]]:
    """The entries of an archive that begins at `start`; leaving the context frees it."""
    archive = ffi.read_new()
    entry = ffi.entry_new()
    try:
        _support(archive, formats, filters)
        _set_options(archive, options)
        address = cast(c_char_p(data), c_void_p).value or 0
        ffi.read_open_memory(archive, c_void_p(address + start), c_size_t(len(data) - start))
        yield _entries(archive, entry)
    except ArchiveError as error:
        raise LibarchiveError(error.msg) from error
    finally:
        ffi.entry_free(entry)
        ffi.read_free(archive)


def _support(archive: c_void_p, formats: Iterable[str], filters: Iterable[str]) -> None:
    for name in filters:
        if ffi.get_read_filter_function(name)(archive) != ffi.ARCHIVE_OK:
            raise LibarchiveError(f"{name}: only by an external program")
    for name in formats:
        ffi.get_read_format_function(name)(archive)


def _entries(archive: c_void_p, entry: c_void_p) -> Iterator[Entry]:
    """Each entry. After a fatal error in one, nothing more is asked: libarchive's reader of cabinets then crashes."""
    while ffi.read_next_header2(archive, entry) != ffi.ARCHIVE_EOF:
        one = Entry(archive, entry)
        yield one
        if one.ended_badly:
            raise LibarchiveError("nothing can be read after the broken member")


def says_encrypted(error: LibarchiveError) -> bool:
    """Whether that is why it could not read on."""
    return any(word in str(error) for word in ("rypt", "passphrase"))
