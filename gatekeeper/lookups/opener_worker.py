"""opener_worker: the program that opens attachments, each in a process of its own.

Started as `python -I -m gatekeeper.lookups.opener_worker DESCRIPTOR LIMITS`. It imports every library once, then does
what every `cell_worker` does.
"""

import codecs
import contextlib
import encodings.aliases
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence

import msgspec

from gatekeeper.lookups import opener_wire
from gatekeeper.lookups.cell_child import failure_of
from gatekeeper.lookups.cell_worker import serve
from gatekeeper.lookups.opener_wire import OpenerCage
from gatekeeper.message import openers
from gatekeeper.message.openers.contract import OpenLimits
from gatekeeper.values import Answer, Item, Opened

Open = Callable[[bytes, tuple[str, ...], OpenLimits], Item]

_FORMATS = ("doc97", "ooxml", "ppt97", "xls97")
_LIBRARIES = (
    "chardet",
    "cryptography.hazmat.backends.openssl",
    "libarchive",
    "olefile",
    "pikepdf",
    "xml.dom.expatbuilder",
    *(f"msoffcrypto.format.{name}" for name in _FORMATS),
)
"""What readers, or the libraries they use, import no earlier than they need it."""


def main(arguments: Sequence[str]) -> None:
    """`arguments`: the descriptor of the control socket, the limits as JSON."""
    from gatekeeper.message.openers.open import open_contents

    warm_up()
    open_in_cells(arguments, open_contents)


def open_in_cells(arguments: Sequence[str], open_: Open) -> None:
    """Answer questions with what `open_` says. Never returns."""
    cage = msgspec.json.decode(arguments[1], type=OpenerCage)
    serve(int(arguments[0]), cage, lambda question: opener_wire.encode(_answer(question, cage, open_), cage.answer))


def _answer(question: bytes, cage: OpenerCage, open_: Open) -> Answer:
    """What `open_` says, or why it cannot; nothing is raised."""
    try:
        data, names = opener_wire.decode_question(question)
        del question
        return Opened(open_(data, names, cage.limits))
    except Exception as error:
        return failure_of(error, "open")


def warm_up() -> None:
    """Import what a child might need."""
    for module in pkgutil.iter_modules(openers.__path__, openers.__name__ + "."):
        _import(module.name)
    for library in _LIBRARIES:
        _import(library)
    for name in set(encodings.aliases.aliases.values()):
        with contextlib.suppress(LookupError):  # mbcs and oem are for Windows
            codecs.lookup(name)


def _import(name: str) -> None:
    with contextlib.suppress(Exception):  # the extra is not installed, or not whole: the child will say so
        importlib.import_module(name)


if __name__ == "__main__":
    main(sys.argv[1:])
