"""postmap: the real Postfix asked what a pcre: or regexp: table says. Nothing is started; a query is one process."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.servers.postfix import tree
from tests.servers.room import unavailable

_MAIN = """\
compatibility_level = 3.6
shlib_directory = {tree}/usr/lib/postfix
meta_directory = {home}
smtputf8_enable = {utf8}
"""
# Without SMTPUTF8, as cleanup(8) looks header and body lines up: octets, whatever they are.


class Postmap:
    """postmap with a configuration of its own in `home`. Skips without Postfix and its postfix-pcre."""

    def __init__(self, home: Path, *, utf8: bool = False) -> None:
        self._tree, self._home = tree(), home
        if not (self._tree / "usr/lib/postfix/postfix-pcre.so").exists():
            unavailable("postfix-pcre is missing")
        (home / "main.cf").write_text(_MAIN.format(tree=self._tree, home=home, utf8="yes" if utf8 else "no"))
        (home / "dynamicmaps.cf").write_text("pcre\tpostfix-pcre.so\tdict_pcre_open\n")

    def keys(self, table: str, flavour: str, keys: Iterable[bytes]) -> bytes:
        """`postmap -q -`: a line `key<TAB>value` for each key with an answer."""
        return self._ask(table, flavour, "-q", b"".join(key + b"\n" for key in keys))

    def headers(self, table: str, flavour: str, message: bytes) -> bytes:
        """`postmap -hmq -`: each logical field with an answer, of parts and attached messages too."""
        return self._ask(table, flavour, "-hmq", message)

    def bodies(self, table: str, flavour: str, message: bytes) -> bytes:
        """`postmap -bmq -`: each body line with an answer."""
        return self._ask(table, flavour, "-bmq", message)

    def complaints(self, table: str, flavour: str) -> str:
        """What postmap warns of when it reads the table."""
        return self._run(table, flavour, "-q", b"\n").stderr.decode("latin-1")

    def made(self, text: str) -> bytes:
        """`postmap hash:FILE`, and then all of it, `postmap -s`: a line `key<TAB>value` for each entry."""
        file = self._home / "map"
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        command = [self._tree / "usr/sbin/postmap", "-c", self._home]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        for options in ((), ("-s",)):
            done = subprocess.run(
                [*command, *options, f"hash:{file}"], env=environment, capture_output=True, check=True
            )
        return done.stdout

    def _ask(self, table: str, flavour: str, option: str, text: bytes) -> bytes:
        done = self._run(table, flavour, option, text)
        assert done.returncode in (0, 1), done.stderr
        assert b"fatal" not in done.stderr, done.stderr
        return done.stdout

    def _run(self, table: str, flavour: str, option: str, text: bytes) -> "subprocess.CompletedProcess[bytes]":
        file = self._home / "table"
        file.write_bytes(table.encode("utf-8", "surrogateescape"))
        return subprocess.run(
            [self._tree / "usr/sbin/postmap", "-c", self._home, option, "-", f"{flavour}:{file}"],
            input=text,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            capture_output=True,
            check=False,
        )
