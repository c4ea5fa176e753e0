"""checkpoint: all of a model that depends on the order of learning, in few octets.

The counts of words are left out: they follow from the events. `restored` fails with `ValueError` on what `packed` did
not make.
"""

import io
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatekeeper.classifier.counts import Counts
from gatekeeper.classifier.model import Model

_COUNTS = frozenset(("keys", "spam", "ham", "starts"))
_LARGE = 10_000  # entries from which on only those that are not zero are kept


def packed(model: Model) -> bytes:
    """What `restored` needs to make the model again, but for its counts."""
    kept: dict[str, NDArray[Any]] = {}
    for name, array in model.arrays().items():
        if name in _COUNTS:
            continue
        if array.size < _LARGE:
            kept[name] = array
            continue
        flat = array.reshape(-1)
        places = np.flatnonzero(flat)
        kept |= {f"{name}.at": places.astype(np.uint32), f"{name}.is": flat[places]}
        kept[f"{name}.shape"] = np.array(array.shape, np.int64)
    file = io.BytesIO()
    np.savez(file, **kept)  # type: ignore[arg-type]
    return file.getvalue()


def restored(checkpoint: bytes, counts: Counts, **known: Any) -> Model:
    """The model of that time, with the counts of that time. `known` is what its arrays do not say."""
    try:
        arrays = _whole(checkpoint)
    except (zipfile.BadZipFile, OSError, EOFError, LookupError, TypeError) as error:
        raise ValueError(f"the checkpoint is damaged: {error}") from None
    table: dict[str, NDArray[Any]] = {
        "keys": counts.keys,
        "spam": counts.spam,
        "ham": counts.ham,
        "starts": counts.starts,
    }
    return Model.from_arrays(arrays | table, **known)


def _whole(checkpoint: bytes) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(checkpoint), allow_pickle=False) as file:
        kept = dict(file)
    arrays = {name: array for name, array in kept.items() if not name.endswith((".at", ".is", ".shape"))}
    for name in [name.removesuffix(".at") for name in kept if name.endswith(".at")]:
        whole = np.zeros(tuple(kept[f"{name}.shape"]), kept[f"{name}.is"].dtype)
        whole.reshape(-1)[kept[f"{name}.at"]] = kept[f"{name}.is"]
        arrays[name] = whole
    return arrays
