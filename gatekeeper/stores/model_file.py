"""model_file: a model as it is served: arrays mapped from an `.npz`, and a card (JSON) that names it.

`model.json` names the file of arrays and its sha256, and is put in place last, in one step: who reads finds the old
model or the new one. The pages of the arrays are shared by all processes that map them. Reads no pickle. Fails with
`StoreError` that names the file and says what to do.
"""

import hashlib
import json
import math
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from io import BufferedReader
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gatekeeper.stores import private
from gatekeeper.stores.opening import StoreError, explained

FORMAT = 1
CARD = "model.json"

Arrays = dict[str, NDArray[Any]]
Card = dict[str, Any]

REMEDY = "have it made anew from the training: gatekeeper learn --rebuild"
_NEWER = "use the gatekeeper that wrote it, or have it made anew: gatekeeper learn --rebuild"
_MOST_CARD = 1_000_000
_LOCAL = 30  # octets of a local file header before its name (APPNOTE.TXT of PKWARE, 4.3.7)
_TRIES = 5
_BLOCK = 1 << 20
_MOST_UNPACKED = 1 << 28


class Damaged(StoreError):  # noqa: N818 - said of the file
    """There is a model, and it cannot be used."""


def read(directory: Path) -> tuple[Arrays, Card] | None:
    """The model that is served, read-only; None if there is none yet."""
    for _ in range(_TRIES):
        card = read_card(directory)
        if card is None:
            return None
        path = directory / card["file"]
        with explained(path), suppress(FileNotFoundError):  # unless a newer one took its place just now
            return _map(path, card), card
    raise Damaged(path, "no such file, though the card names it", REMEDY)


def read_card(directory: Path) -> Card | None:
    """What the model that is served says of itself; None if there is none yet."""
    path = directory / CARD
    with explained(path):
        try:
            with path.open("rb") as file:
                text = file.read(_MOST_CARD)
        except FileNotFoundError:
            return None
    try:
        card = json.loads(text)
    except (ValueError, RecursionError):
        raise Damaged(path, "this is not the card of a model", REMEDY) from None
    if not isinstance(card, dict) or not isinstance(card.get("format"), int):
        raise Damaged(path, "this is not the card of a model", REMEDY)
    if card["format"] != FORMAT:
        raise Damaged(path, f"a model of format {card['format']}, not {FORMAT} as is known here", _NEWER)
    if not _names_a_file(card.get("file")) or not isinstance(card.get("sha256"), str):
        raise Damaged(path, "the card does not say which file it belongs to", REMEDY)
    return card


def is_there(directory: Path, card: Card) -> bool:
    """Whether the file that the card names is there and not cut off; its bytes are looked at by `read` alone."""
    with suppress(OSError):
        return bool((directory / card["file"]).stat().st_size == card.get("size"))
    return False


def write(directory: Path, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> Card:
    """Serve these from now on; the card as it was written. Only who holds the lock of the training may call this."""
    path = directory / f"model-{_next(directory)}.npz"
    with explained(path):
        private.make_directory(directory)
        path.unlink(missing_ok=True)  # of somebody who died here
        try:
            digest = _write(path, arrays)
            size = path.stat().st_size
            whole = {"format": FORMAT, "file": path.name, "size": size, "sha256": digest, **card}
            _swap(directory, json.dumps(whole, indent=1).encode())
        except BaseException:
            if not _is_named(directory, path.name):  # what went wrong may have come after the card was in place
                path.unlink(missing_ok=True)
            raise
        _sweep(directory, path.name)
    return whole


def _write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> str:
    descriptor = private.create(path)
    with os.fdopen(descriptor, "wb", closefd=False) as stream:
        _save(stream, arrays)
    private.close_synced(descriptor, path.parent)
    with path.open("rb") as stream:
        return _sha256(stream)


def _save(stream: IO[bytes], arrays: Mapping[str, NDArray[Any]]) -> None:
    """As `numpy.savez` does, each array beginning at a multiple of 64, so that it can be mapped."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            begin = stream.tell() + _LOCAL + len(member.filename)
            padding = -(begin + 4) % 64
            member.extra = b"\x35\xd9" + padding.to_bytes(2, "little") + bytes(padding)  # an id that nobody has
            with archive.open(member, "w", force_zip64=False) as into:
                np.lib.format.write_array(into, np.ascontiguousarray(array), (1, 0), allow_pickle=False)


def _sha256(stream: BufferedReader) -> str:
    digest, block = hashlib.sha256(), bytearray(_BLOCK)
    stream.seek(0)
    while size := stream.readinto(block):
        digest.update(memoryview(block)[:size])
    return digest.hexdigest()


def _swap(directory: Path, card: bytes) -> None:
    new = directory / f"{CARD}.new"
    new.unlink(missing_ok=True)
    descriptor = private.create(new)
    with os.fdopen(descriptor, "wb", closefd=False) as stream:
        stream.write(card)
    private.close_synced(descriptor, directory)
    new.rename(directory / CARD)
    private.sync_directory(directory)


def _next(directory: Path) -> int:
    try:
        card = read_card(directory)
    except StoreError:
        card = None
    numbers = [card["file"]] if card else [path.name for path in directory.glob("model-*.npz")]
    digits = [name.removeprefix("model-").removesuffix(".npz") for name in numbers]
    return 1 + max((int(number) for number in digits if number.isdecimal()), default=0)


def _is_named(directory: Path, file: str) -> bool:
    with suppress(StoreError):
        return (read_card(directory) or {}).get("file") == file
    return False


def _sweep(directory: Path, current: str) -> None:
    """Who has mapped an old file keeps what it has mapped."""
    for path in directory.glob("model-*.npz"):
        if path.name != current:
            path.unlink(missing_ok=True)


def _names_a_file(name: object) -> bool:
    return isinstance(name, str) and name.endswith(".npz") and Path(name).name == name


def _map(path: Path, card: Card) -> Arrays:
    with path.open("rb") as file:
        if _sha256(file) != card["sha256"]:
            raise Damaged(path, "its bytes are not those that its card names (sha256)", REMEDY)
        try:
            return _members(file)
        except Exception as error:  # the readers of both formats fail on wrong bytes in many ways
            raise Damaged(path, f"this is not a file of arrays ({error})", REMEDY) from None


def _members(file: BufferedReader) -> Arrays:
    whole = mmap(file.fileno(), 0, access=ACCESS_READ)
    with zipfile.ZipFile(file) as archive:
        return {member.filename.removesuffix(".npy"): _array(whole, archive, member) for member in archive.infolist()}


def _array(whole: mmap, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    """One array, as a view of the mapped file; in memory if it is compressed, as in a model that is handed around.

    `ValueError` if it is no array or lies elsewhere than it says.
    """
    if member.flag_bits & 1:
        raise ValueError(f"{member.filename} is encrypted")
    if member.compress_type != zipfile.ZIP_STORED:
        return _unpacked(archive, member)
    local = whole[member.header_offset : member.header_offset + _LOCAL]
    start = (
        member.header_offset + _LOCAL + int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
    )
    if len(local) < _LOCAL or start + member.file_size > len(whole):
        raise ValueError(f"{member.filename} is cut off")
    header = _Header(whole, start)
    version = np.lib.format.read_magic(header)
    if version != (1, 0):
        raise ValueError(f"{member.filename} is of version {version}")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(header)
    count = math.prod(shape)
    if dtype.hasobject or fortran or count < 0 or header.at - start + count * dtype.itemsize != member.file_size:
        raise ValueError(f"{member.filename} is no plain array")
    return (np.frombuffer(whole, dtype, count, header.at) if count else np.empty(0, dtype)).reshape(shape)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    if member.file_size > _MOST_UNPACKED:
        raise ValueError(f"{member.filename} unpacks to {member.file_size} octets")
    with archive.open(member) as file:
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    return array


class _Header:
    """Reads a mapped file from a place on."""

    def __init__(self, whole: mmap, at: int) -> None:
        self._whole, self.at = whole, at

    def read(self, size: int = 0, /) -> bytes:
        data = self._whole[self.at : self.at + size]
        self.at += len(data)
        return data
