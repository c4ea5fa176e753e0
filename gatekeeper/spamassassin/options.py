"""options: what rule files set that is no rule: `freemail_domains`, `welcomelist_from`, `util_rb_2tld`, …

Settings keep their lines in the order of the files; each function that needs one says how it reads them. Old names
(`whitelist_from`) are told apart no longer. Nothing here fails; what is no number, say, is the default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import re2

from gatekeeper.spamassassin.netset import NetSet

_ADDRESS_LETTERS = re2.compile(r"[a-zA-Z0-9_]")


@dataclass(frozen=True)
class AddressList:
    """Globs of addresses, in lower case, as `welcomelist_from` has them: `*` for anything, `?` for one letter.

    `vouchers` are the domains that stand beside an address in `welcomelist_from_rcvd` and `def_welcomelist_from_dkim`.
    """

    vouchers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def _patterns(self) -> tuple["re2._Regexp", tuple[str, ...]]:
        globs = tuple(self.vouchers)
        return re2.compile("|".join(f"^({_of_glob(glob)})$" for glob in globs) or "^(x)$^"), globs

    def __contains__(self, address: object) -> bool:
        """Whether any glob takes the whole of `address`, whatever its case."""
        return (
            isinstance(address, str) and bool(self.vouchers) and self._patterns[0].search(address.lower()) is not None
        )

    def __bool__(self) -> bool:
        return bool(self.vouchers)

    def matching(self, address: str) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Each glob that takes `address`, with the domains beside it."""
        for glob, domains in self.vouchers.items() if address in self else ():
            if re2.search(f"^(?:{_of_glob(glob)})$", address.lower()):
                yield glob, domains


def _of_glob(glob: str) -> str:
    out: list[str] = []
    for letter in glob:
        if letter == "*":
            out.append("" if out[-1:] == [".*"] else ".*")
        elif letter == "?":
            out.append(".")
        else:
            out.append(letter if _ADDRESS_LETTERS.match(letter) else re2.escape(letter))
    return "".join(out)


@dataclass(frozen=True)
class Options:
    """`lines`: the values of each setting by its name, in the order of the files, a cleared list without what was
    cleared. `lists`: those about addresses, after what `unwelcomelist_from` and kin take away again. `networks` are
    `trusted_networks`, `internal_networks` and `msa_networks` where they are set.
    """

    lines: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    lists: Mapping[str, AddressList] = field(default_factory=lambda: MappingProxyType({}))
    networks: Mapping[str, NetSet] = field(default_factory=lambda: MappingProxyType({}))

    def words(self, name: str) -> tuple[str, ...]:
        """All words of all lines of a setting."""
        return tuple(word for line in self.lines.get(name, ()) for word in line.split())

    def text(self, name: str, default: str = "") -> str:
        """The last line of a setting: it is the one that counts."""
        return self.lines.get(name, (default,))[-1]

    def number(self, name: str, default: float) -> float:
        """The last line as a number."""
        try:
            return float(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str, default: bool) -> bool:
        """The last line as yes or no."""
        return {"1": True, "yes": True, "0": False, "no": False}.get(self.text(name).lower(), default)

    def addresses(self, name: str) -> AddressList:
        """The list of that name; one without entries if there is none."""
        return self.lists.get(name, _NOBODY)


_NOBODY = AddressList()
