"""The same tables, keys and messages through the real postmap and through ours: the same answers, octet for octet."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.message.checked_lines import Place, checked_lines
from gatekeeper.tables import PatternTable
from gatekeeper.tables.matcher import Budget
from tests.servers.postmap import Postmap
from tests.servers.room import require_root, room

pytestmark = pytest.mark.system

KEYS = (
    b"abc", b"ABC abc", b"a\\b", b"aab", b"foo bar", b"foo.bar", b"a+b", b"a{2}", b"aa", b"tab\there", b"x\x0by",
    b"caf\xe9", b"CAF\xc9", b"d1 d2", b"{x}", b"a|b", b"(a)", b"a]b", b"a-b", b"http://x/y", b"aXbX", b"aa bb aa",
    b"word_word", b"end$", b"^begin", b"*star", b"s", b"nnn tt", b"\x85", b"\xa0", b"/", b"!x", b"#y",
)  # fmt: skip

PCRE = (
    r"a+", r"(a+)+$", r"^a{2}$", r"a{,2}", r"\babc\b", r"\s", r"\v", r"\h", r"\d+", r"[\d-]", r"[]a]", r"[^]a]",
    r"[a\]b]", r"\Qa+b\E", r"\Q{x}", r"(?=f)foo", r"(?<!o)bar", r"(?!abc)^a", r"(a)\1", r"(\w)\w\1", r"(?>a+)b",
    r"a++b", r"(?i:abc)", r"(?-i)ABC", r"\x61", r"\x{62}", r"\101", r"\e", r"[[:alpha:]]{4}", r"[[:space:]]",
    r"caf\xe9", r"[\xe0-\xff]", r"\R", r"\N", r"\Aabc", r"abc\Z", r"abc\z", r"\Gabc", r"a(?#note)b", r"(?:a|b)c",
    r"(?P<n>a)b", r"(?<n>a)b", r"{x}", r"a{x", r"a|b", r"\|", r"\(a\)", r"\$$", r"^\^", r"^\*", r"[a-c]+", r"[^a-c]+",
    r"\w+\W\w+", r"\S+", r"\S{9}", r"[\s]", r"[\S]{5}", r".", r"^.{3}$", r"a.b", r"a?b", r"a*?b", r"\x0b", r"\cA",
    r"\C", r"a\Kb", r"(?<=fo)o", r"\bfoo(?!.*baz)", r"\b", r"\B", r"", r"[\w.-]+", r"[.\w-]", r"(foo|fo)(.*)",
    r"\y", r"(", r")", r"[a", r"a**", r"*a",
)  # fmt: skip

EXTENDED = (
    r"a+", r"(a+)+$", r"^a{2}$", r"a{,2}b", r"\babc\b", r"\<abc\>", r"\s", r"[\.]", r"[\d]", r"[]a]", r"[^]a]",
    r"a[\]b]", r"\(a\)", r"(a)\1", r"a+?b", r"a**b", r"[[:alpha:]]{4}", r"[[.a.]]b", r"[[=a=]]b", r"a|b", r"\{x\}",
    r"\w+\W\w+", r"\$$", r"^\^", r"\*", r"(", r"[a", r"a\|b", r"\+", r"x*", r"(a|aa)(b|bb)?", r"(foo|foobar)", r".",
    r"^.{3}$", r"caf.$", r"\`abc", r"c\'", r"a\{2\}", r"a?b", r"}", r"\]", r"[a-c]+", r"[[:space:]]", r"()", r"a(|b)",
    r"foo(bar)?", r"\bfoo\B",
)  # fmt: skip

BASIC = (
    r"a\+b", r"a+b", r"\(a\)\1", r"(a)", r"a\{2\}", r"a{2}", r"a\|b", r"a|b", r"*star", r"^*star", r"a*b", r"^begin",
    r"a^b", r"end$$", r"\^begin", r"\(^a\)", r"\(a$\)", r"a\?b", r"a.b", r"[a]\{2\}", r"\*", r"\.", r"x\)", r"\(",
    r"a\{2", r"s$",
)  # fmt: skip


@pytest.fixture(scope="module")
def postmap() -> Iterator[Postmap]:
    require_root()
    with room("postmap") as home:
        yield Postmap(home)


def table_of(text: str, flavour: str = "pcre") -> PatternTable:
    return PatternTable.parse(text, "table", flavour)


def answers(table: PatternTable, keys: tuple[bytes, ...] | list[bytes]) -> bytes:
    """Ours, as postmap prints them."""
    found = ((key, table.look_up(key, Budget())) for key in keys)
    return b"".join(key + b"\t" + hit.text.encode("latin-1") + b"\n" for key, hit in found if hit)


def same(postmap: Postmap, text: str, flavour: str) -> None:
    ours = table_of(text, flavour)
    assert answers(ours, KEYS) == postmap.keys(text, flavour, KEYS), text
    assert bool(ours.problems) == bool(postmap.complaints(text, flavour)), (text, ours.problems)


@pytest.mark.parametrize("pattern", PCRE)
def test_a_pattern_of_perls(postmap: Postmap, pattern: str) -> None:
    for flags in ("", "i", "m", "s", "x", "A", "E"):
        same(postmap, f"~{pattern}~{flags} said\n", "pcre")
    if "(" in pattern and "(?" not in pattern.replace("(?<", "").replace("(?P", ""):
        same(postmap, f"~{pattern}~ [$1]\n", "pcre")


@pytest.mark.parametrize("pattern", ["a+", "(a+)(.*)", "a*?b", "(a+?)", "a{1,3}b?"])
def test_ungreedy(postmap: Postmap, pattern: str) -> None:
    same(postmap, f"~()()(){pattern}~U [$1]\n", "pcre")
    same(postmap, f"~({pattern})~U [$1]\n", "pcre")


@pytest.mark.parametrize("pattern", EXTENDED)
def test_an_extended_pattern(postmap: Postmap, pattern: str) -> None:
    for flags in ("", "i", "m"):
        same(postmap, f"~{pattern}~{flags} said\n", "regexp")
    if "(" in pattern:
        same(postmap, f"~{pattern}~ [$1]\n", "regexp")


@pytest.mark.parametrize("pattern", BASIC)
def test_a_basic_pattern(postmap: Postmap, pattern: str) -> None:
    for flags in ("x", "xi", "xm"):
        same(postmap, f"~{pattern}~{flags} said\n", "regexp")


TABLES = {
    "the first that matches": "/a/ one\n/ab/ two\n",
    "continued": "/aab/\n  one\n\ttwo\n/foo/ x\n # a comment in between\n y\n",
    "negated": "!/a/ none\n/b/ b\n",
    "negated twice": "!!/foo/ foo\n! ! /bar/ bar\n",
    "another delimiter": "|http://| web\n@foo@ x\n",
    "a delimiter escaped": "/http:\\/\\// web\n",
    "if": "if /a/\n/b/ both\nendif\n/foo/ foo\n",
    "if in if": "IF /a/\nif !/b/\n/^a+$/ as\nif /zzz/\n/./ never\nendif\nendif\n/b/ b\nEndif\n/./ rest\n",
    "text behind if": "if /a/ odd\n/b/ b\nendif odd\n",
    "if without endif": "/s/ s\nif /a/\n/b/ b\n",
    "endif without if": "endif\n/a/ a\n",
    "a pattern of an if that is none": "if /(/\n/a/ a\nendif\n/b/ b\n",
    "dollars": "/(f)(o)/ $$1 ${1}x$(2)$2 $$\n",
    "a group that took no part": "/(q)?r(t)?/ <$1$2>\n",
    "a letter behind a number": "/(a)/ $1st\n/a/ rest\n",
    "a name": "/(a)/ ${name}\n/a/ rest\n",
    "no such group": "/(a)/ $2\n/a/ rest\n",
    "the whole": "/(a)/ $0\n/a/ rest\n",
    "a lone dollar": "/(a)/ 5 $ more\n/a/ rest\n",
    "a group of what does not match": "!/(a)/ $1\n/./ rest\n",
    "no text": "/a/\n/b/ b\n",
    "no end": "/a one\n/b/ two\n",
    "an unknown flag": "/a/q one\n/b/ two\n",
    "no rule": "word one\n/b/ two\n",
    "comments and space": "# one\n   # two\n\n   \n/a/   spaced out   \n",
    "carriage returns": "/a/ one\r\n/b/ two\r\n",
    "no line end": "/a/ one",
    "folded before anything": "  /a/ one\n/b/ two\n",
    "text with spaces": "/a/\tREJECT  two  spaces\n",
    "octets": "/caf\udce9/ latin \udce9\n/x/ é\n",
    "an empty pattern": "// all\n",
}


@pytest.mark.parametrize("flavour", ["pcre", "regexp"])
@pytest.mark.parametrize("name", TABLES)
def test_a_table(postmap: Postmap, name: str, flavour: str) -> None:
    same(postmap, TABLES[name], flavour)


LINES = (
    b"Subject: a", b" folded", b"\tfold2", b"X  : spaced", b"Content-Type: multipart/mixed; boundary=b1",
    b'Content-Type: multipart/digest; boundary="b 2"; boundary=b3', b"Content-Type: message/rfc822",
    b"content-type : text/plain", b"MIME-Version: 1.0", b"--b1", b"--b1--", b"--b 2", b"--b3", b"--b3--x", b"--",
    b"plain text", b"", b"", b"From: x", b"no header", b": empty", b"caf\xc3\xa9: x", b"boundary=b1", b" ",
    b'Content-Type: multipart/x (c;boundary=zz) ; boundary = "b\\1"', b"Content-Type: message/partial",
    b"Content-Transfer-Encoding: base64", b"Content-Type: multipart/mixed;\n boundary=b1", b"--b1 cruft",
    b"Content-Type: image/png; boundary=b1", b"Content-Type: message", b"\xff\xfe",
    b"Content-Type:multipart/mixed;boundary=b1;;boundary=b3",
)  # fmt: skip

CHECKS = r"""
/^content-(type|id):\s*(\S+)/ REJECT $2 in $1
/^subject:.*\n\s/ HOLD folded
if /^--/
/b1/ WARN a boundary
!/b/ INFO a bare one
endif
/^(?!From)[[:upper:]][\w-]*:/ INFO other
/(.)\1/ PREPEND twice
"""


@pytest.mark.parametrize("seed", range(30))
def test_messages_of_odd_lines(postmap: Postmap, seed: int) -> None:
    """Which lines are a header, of what; what is looked up, and what is said to it."""
    chance = random.Random(seed)
    message = b"".join(chance.choice(LINES) + b"\n" for _ in range(chance.randint(5, 40)))
    for text in ("/./s all\n", CHECKS):
        table = table_of(text)
        pieces = [(piece.place, piece.text) for piece in checked_lines(message, 0)]
        heads = [piece for place, piece in pieces if place is not Place.BODY]
        bodies = [piece for place, piece in pieces if place is Place.BODY]
        assert answers(table, heads) == postmap.headers(text, "pcre", message)
        assert answers(table, bodies) == postmap.bodies(text, "pcre", message)


def test_a_crlf_message_says_what_one_of_lf_says(postmap: Postmap) -> None:
    message = b"Subject: x\n y\nContent-Type: message/rfc822\n\nSubject: z\n\nbody\n"
    pieces = [piece.text for piece in checked_lines(message.replace(b"\n", b"\r\n"))]
    heads = postmap.headers("/./s all\n", "pcre", message)
    assert answers(table_of("/./s all\n"), pieces[:-1]) == heads
    assert pieces[-1] == b"body"


def test_the_samples_are_read_without_a_complaint(postmap: Postmap) -> None:
    for file in sorted((Path(__file__).parent / "postfix").iterdir()):
        flavour = file.suffix.removeprefix(".")
        text = file.read_text()
        assert table_of(text, flavour).problems == ()
        assert postmap.complaints(text, flavour) == ""
        assert answers(table_of(text, flavour), SAMPLED) == postmap.keys(text, flavour, SAMPLED) != b""


SAMPLED = [
    b"Subject: Make Money Fast", b"To: friend@public.example", b"Content-Disposition: attachment; filename=\"a.scr\"",
    b"X-Mailer: The Bat! (v1.0)", b"Received: from mail.example (HELO x)", b"Date: Sat, 1 Jan 1999 00:00:00 +0000",
    b"Subject: =?utf-8?B?SGVsbG8=?=", b"plain body text", b"click here now", b"A" * 76, b"From: boss@own.example",
    b"Message-ID: <>", b"<iframe src=x>",
]  # fmt: skip
