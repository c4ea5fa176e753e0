"""Perl's patterns under our engines: what matches is what Perl itself says matches."""

import base64
import json
import shutil
import subprocess

import pytest

from gatekeeper.spamassassin.perl import perl
from gatekeeper.tables.matcher import Budget, Matcher, PatternError

PATTERNS: dict[str, tuple[bytes, ...]] = {
    "/a$/": (b"a", b"a\n", b"a\nb", b"a\n\n"),
    "/(?!x)a$/": (b"a", b"a\n", b"a\nb"),
    "/a$/m": (b"a", b"a\n", b"a\nb", b"ab"),
    "/^b/": (b"b", b"a\nb"),
    "/^b/m": (b"b", b"a\nb", b"ab"),
    r"/a\Z/": (b"a", b"a\n", b"a\n\n"),
    r"/a\z/": (b"a", b"a\n"),
    "/a.b/": (b"a\nb", b"acb", b"a\xe9b"),
    "/a.b/s": (b"a\nb", b"acb"),
    "/a b # c/x": (b"ab", b"a b"),
    "/a (?-x: b)/x": (b"a b", b"ab"),
    "/A(?i)b|c/": (b"AB", b"aB", b"C", b"ab"),
    "/(?:a(?i)b)c/": (b"aBc", b"aBC", b"abc"),
    "/(?i:a)b/": (b"Ab", b"AB"),
    "/a(?-i:b)/i": (b"Ab", b"AB"),
    "/(?^:a)b/i": (b"aB", b"AB"),
    "/(?s-i:a.)b/i": (b"a\nB", b"A\nb"),
    "/\xe9/i": (b"\xe9", b"\xc9", b"\xc3\xa9"),
    r"/\xc3\xa9/i": (b"\xc3\xa9", b"\xe3\xa9", b"\xc3\xc9"),
    r"/[\xe0-\xe5x]y/i": (b"\xc2Y", b"Xy", b"\xd0y"),
    r"/[^\xe0]y/i": (b"\xc0y", b"\xe0y", b"\xc1y"),
    "/[\xdf\xff\xd7]/i": (b"\xdf", b"\xff", b"\xf7", b"\xd7"),
    r"/\w\s\d/": (b"a\x0b1", b"\xe9 1", b"a\xa01"),
    r"/[\w.-]+@/": (b"a-b.c@", b"@"),
    r"/[a-z\-.]{3}$/": (b"a-.", b"a+."),
    "/a{1500}b/": (b"a" * 1500 + b"b", b"a" * 1499 + b"b"),
    "/x.{0,3000}y/": (b"x" + b"z" * 2000 + b"y", b"x" + b"z" * 3001 + b"y"),
    "/(?:(?:ab{1,90}){1,90}c){1,90}d/": (b"abcd", b"abab", b"abbbabcabcd"),
    "/a{,3}b$/": (b"aaab", b"b", b"a{,3}b"),
    "/foo(?!bar)/": (b"foobar", b"foobaz", b"foobarfoo"),
    "/(?<!x)y/": (b"xy", b"zy", b"y"),
    "/(?<=x)y/": (b"xy", b"zy"),
    "/(?=.*a)(?=.*b)c/": (b"c ab", b"c a"),
    r"/(a|b)\1/": (b"aa", b"ab"),
    r"/(?<one>a|b)\k<one>/": (b"bb", b"ba"),
    r"/(?<one>a|b)\k{one}\g{one}/": (b"bbb", b"bba"),
    r"/(?P<one>a|b)(?P=one)/": (b"bb", b"ba"),
    r"/(x)(a|b)\g{-1}/": (b"xaa", b"xax", b"xab"),
    "/(?>a+)ab/": (b"aaab",),
    "/a++b/": (b"aab", b"aa"),
    "/(?|(a)|(b))c/": (b"ac", b"bc", b"cc"),
    r"/a\Kb/": (b"ab", b"b"),
    r"/a\{x\}/": (b"a{x}", b"ax"),
    r"/\x{41}\x42\103\e/": (b"ABC\x1b", b"ABCe"),
    "/[[:alpha:]_]+[[:^digit:]]/": (b"a_", b"1_", b"_1"),
    "/a|/": (b"", b"b"),
    "m{a/b}i": (b"A/B", b"ab"),
    "m!a/b!": (b"a/b", b"ab"),
    "m,a/b,": (b"a/b",),
    "qr/a/i": (b"A",),
    r"m|a\|b|": (b"a|b", b"a"),
    r"/a\/b/": (b"a/b",),
    "/a#b/": (b"a#b",),
    "/^[^\\n]*$/": (b"a\n", b"a\nb"),
    "/(?:^|\\n)x/": (b"x", b"a\nx", b"ax"),
    "/\\bcaf\\b/": (b"caf\xe9", b"cafe"),
    "/a\\hb\\Rc/": (b"a\tb\r\nc", b"a\xa0b\x85c", b"a bc"),
    "/(?#no)a(?#matter)b/": (b"ab",),
    "/%\\{X\\}/": (b"%{X}",),
}
PROGRAM = r"""
use JSON::PP; use MIME::Base64; local $/; my $in = decode_json(<STDIN>); my @out;
use Mail::SpamAssassin::Util qw(compile_regexp);
for (@$in) { my ($p, @t) = @$_; $p = decode_base64($p); my ($re, $e) = compile_regexp($p, 1, 0);
  push @out, [map { $re ? (decode_base64($_) =~ $re ? 1 : 0) : "$e" } @t]; }
print encode_json(\@out);
"""


def ours(pattern: str, text: bytes) -> int:
    return int(Matcher(perl(pattern)).search(text, Budget()) is not None)


@pytest.mark.skipif(
    shutil.which("perl") is None or shutil.which("spamassassin") is None, reason="needs perl and spamassassin"
)
def test_patterns_match_what_perl_says_they_match() -> None:
    asked = [
        [base64.b64encode(pattern.encode("latin-1")).decode(), *(base64.b64encode(text).decode() for text in texts)]
        for pattern, texts in PATTERNS.items()
    ]
    run = subprocess.run(["perl", "-e", PROGRAM], input=json.dumps(asked), capture_output=True, text=True, check=True)
    told = dict(zip(PATTERNS, json.loads(run.stdout), strict=True))
    assert {pattern: [ours(pattern, text) for text in texts] for pattern, texts in PATTERNS.items()} == told


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("a", "no delimiters"),
        ("", "no delimiters"),
        ("m", "no delimiters"),
        ("max", "no delimiters"),
        ("/a", "the end of the pattern"),
        ("/a/e", "the end of the pattern"),
        ("/a/b/", "without a backslash"),
        ("/(a/", "not closed"),
        ("/a)/", "closes nothing"),
        ("/[a/", "not closed"),
        ("/(?{ system })/", "code in a pattern"),
        ("/(??{ 1 })/", "code in a pattern"),
        (r"/\p{Lu}/", "cannot be run"),
        (r"/\x{263a}/", "cannot be run"),
        ("/(?R)/", "cannot be run"),
        ("/(a)?(?(1)b)/", "cannot be run"),
        (r"/\g{-1}/", "points to no group"),
        ("/" + "a" * 1_000_001 + "/", "letters"),
    ],
)
def test_what_cannot_be_run_is_told(pattern: str, said: str) -> None:
    with pytest.raises(PatternError, match=said):
        perl(pattern)


def test_what_re2_runs_alone_is_left_to_it() -> None:
    assert not perl(r"/(?i)a(?:b$|\bc)[\xe9]/m").exact
    assert perl("/a(?!b)/").exact
