"""signing: our signing keys, as the configuration names them. What is wrong with one is a `Problem`; nothing raises."""

import stat
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.authentication.signer import Signer
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.config.schema import Config
from gatekeeper.tables.key_table import KeyEntry, KeyTable
from gatekeeper.values import Problem


def read_signer(config: Config) -> tuple[Signer, list[Problem]]:
    """What signs, and what is wrong with the key table, the keys and what names them."""
    path, seal_as = config.signing.key_table, config.signing.seal_as.lower()
    if not path:
        wrong = [Problem("signing.seal_as", 0, "error", "there is no key", "set signing.key_table")] if seal_as else []
        return Signer(), wrong
    try:
        table = KeyTable.parse(Path(path).read_text(encoding="utf-8", errors="surrogateescape"), path)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return Signer(), [Problem(path, 0, "error", message, "create it, or change signing.key_table")]
    problems, keys = list(table.problems), dict[str, SigningKey]()
    for entry in table.entries:
        key = _key(entry)
        if isinstance(key, SigningKey):
            keys[entry.domain] = key
            problems += _exposed(entry)
        else:
            problems.append(Problem(path, entry.line, "error", f"{entry.file}: {key}", "see openssl-genpkey(1)"))
    if seal_as and seal_as not in {entry.domain for entry in table.entries}:
        message = f"signing.seal_as is {seal_as}, which has no key here"
        problems.append(Problem(path, 0, "error", message, f"add NAME {seal_as}:SELECTOR:FILE"))
    return Signer(keys, keys.get(seal_as), config.signing.seal == "always"), problems


def _key(entry: KeyEntry) -> SigningKey | str:
    """The key, or why there is none."""
    try:
        return SigningKey.read(entry.domain, entry.selector, Path(entry.file).read_bytes())
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except ValueError as error:
        return str(error)


def _exposed(entry: KeyEntry) -> Iterator[Problem]:
    if Path(entry.file).stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        yield Problem(entry.file, 0, "warning", "everybody on this machine can read the key", f"chmod 640 {entry.file}")
