"""The drop-in against the real bogofilter, side by side: the same word list, the same messages, the same options."""

import random
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from gatekeeper import __version__
from gatekeeper.cli.main import main
from tests.programs import needs
from tests.unit.classifier import bogofilter as real
from tests.unit.classifier.test_combine import letters

pytestmark = real.needed

GATEKEEPER = [sys.executable, "-m", "gatekeeper"]

SPAM, HAM, OTHERS = letters(5)
BETWEEN = OTHERS[4]
HEADERS = b"""Received: from x (x.example [192.0.2.7]) by y.example (Postfix) with ESMTP id ABC123
\tfor <z@y.example>; Mon, 1 Jan 2024 00:00:00 +0000
Message-ID: <one@two.example>
"""


class Said(NamedTuple):
    """What a program said."""

    out: bytes
    err: str
    status: int


class Both(NamedTuple):
    """The same word list for both: `old` is bogofilter's directory, `new` ours."""

    old: Path
    new: Path

    def real(self, raw: bytes, *options: str) -> Said:
        command = ["bogofilter", "-C", "-d", str(self.old), *options]
        done = subprocess.run(command, input=raw, capture_output=True, check=False)
        return Said(
            re.sub(rb"(?<=version=)1\.2\.\d", __version__.encode(), done.stdout), done.stderr.decode(), done.returncode
        )

    def ours(self, raw: bytes, *options: str) -> Said:
        done = CliRunner().invoke(main, ["bogofilter", "-C", "-d", str(self.new), *options], input=raw)
        return Said(done.stdout_bytes, done.stderr, done.exit_code)

    def same(self, raw: bytes, *options: str) -> None:
        """Both say the same, but for words that bogofilter does not look for: nothing is known of them."""
        ours, theirs = self.ours(raw, *options), self.real(raw, *options)
        assert (without(ours.out, theirs.out), ours.status) == (theirs.out, theirs.status)
        assert set(ours.err.splitlines()) == set(theirs.err.splitlines())  # it complains whenever it looks

    def counts(self) -> tuple[dict[bytes, tuple[int, int]], dict[bytes, tuple[int, int]]]:
        """All words with their counts, as the real one has them, and ours."""
        done = CliRunner().invoke(main, ["words", "dump", "--state", str(self.new)])
        lines = (line.split() for line in done.stdout_bytes.splitlines())
        theirs = {word: both for word, both in real.dumped(self.old).items() if word != b".WORDLIST_VERSION"}
        return theirs, {word: (int(spam), int(ham)) for word, spam, ham, _ in lines}


def without(ours: bytes, theirs: bytes) -> bytes:
    """Our table without the words of no count that theirs does not have."""
    known = set(theirs.splitlines())
    lines = ours.splitlines(keepends=True)
    return b"".join(line for line in lines if line.rstrip(b"\n") in known or not re.match(rb'^ *".*" +0 ', line))


def moved_over(old: Path, new: Path) -> Both:
    dump = real.run("bogoutil", "-d", old / "wordlist.db")
    done = CliRunner().invoke(main, ["words", "load", "--state", str(new), "-"], input=dump)
    assert done.exit_code == 0, done.output
    return Both(old, new)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    old = tmp_path_factory.mktemp("old")
    for option, raws in (("-s", SPAM), ("-n", HAM)):
        for raw in raws:
            real.run("bogofilter", "-d", old, option, given=raw)
    return moved_over(old, tmp_path_factory.mktemp("new"))


def mbox(raws: list[bytes]) -> bytes:
    return b"".join(b"From a@b.example Mon Jan  1 00:00:00 2024\n" + raw + b"\n" for raw in raws)


def test_every_class_is_met(both: Both) -> None:
    """Else the comparisons below show little."""
    said = [both.real(raw, "-v") for raw in OTHERS]
    assert {one.status for one in said} == {0, 1, 2}
    assert len({one.out for one in said}) > 8


@pytest.mark.parametrize("options", ["-v", "-vv", "-vvv", "-p", "-p -e", "-t", "-T", "-R", "-e"])
def test_messages_of_every_kind(both: Both, options: str) -> None:
    for raw in OTHERS:
        both.same(raw, *options.split())


OPTIONS = """
-p -v
-p -vv
-pvvv
-vvv -p -e
-p -t
-pet
-tvv
-q -vvv
-U -v
-U
-p -R
-R -v
-epU
-v -o0.9,0.1
-vo 0.3
-v -o ,0.7
-v -o0.9,0
-v -o0
-vvv -m0.1
-vvv -m ,2,0.3
-vvv -m0
-vvv -m,,0
-v -ox
-v --spam-cutoff=0.3 --ham-cutoff 0.2
-v --spam-cut=0.3
-v --sp-esf=0.7 --ns-esf=0.6
-vvv --min-dev=0.1 --robs=0.5 --robx=0.6
-v --unicode=yes --db-cachesize=4 --token-count=0 --timestamp=no
-p --stats-in-header=no -vv
-p --stats-in-header=no -vvv
-p --spam-header-name=X-Spam
-p --spam-header-place=Subject:
-p --spam-header-place=Nosuch:
-p --spam-subject-tag=[SPAM] --unsure-subject-tag=[??]
-p --header-format=%h:%c,o=%o,d=%d,%e,%f,%g,%5.3f,%.2c,m=%m,r=%r,%%
-p --header-format=%A,%I,%Q,%u
-v --header-format=%z
-t --terse-format=%0.3p%1.1c%-8.6g
-v --spamicity-tags=Yes,No,Maybe --spamicity-formats=%.2f,%6.2e,%g
-v --spamicity-tags=Yes
-TTT
-Ct
-s -n
-S -s
-N -S
-Sn -u
-m
-o
--spam-cutoff
-vZ
--nosuch=1
-v extra words
-v -O nowhere
-m,,2
-v -k4 -x a -y 20240101
""".strip().splitlines()


@pytest.mark.parametrize("options", OPTIONS)
def test_every_option(both: Both, options: str) -> None:
    both.same(HEADERS + BETWEEN, *options.split())


def test_sixteen_digits(both: Both) -> None:
    for raw in OTHERS:
        ours, theirs = both.ours(raw, "-TT"), both.real(raw, "-TT")
        assert ours.status == theirs.status
        assert len(ours.out) == len(theirs.out)
        assert float(ours.out) == pytest.approx(float(theirs.out), abs=1e-12)


PIECES = [
    b"",
    b"\n",
    b"\r\n",
    b" \n",
    b"\t\r\n",
    b" folded\n",
    b"Subject: one\n",
    b"SUBJECT:two\r\n",
    b"X-Bogosity: old\n",
    b"X-Bogosity: folded\n\tagain\n more\n",
    b"X-Bogosity-Too: old\n",
    b"x-bogosity: kept\n",
    b"From a@b Mon Jan  1 00:00:00 2024\n",
    b"To: somebody\n",
    b"body\n",
    b"byte \xff and \0 nul\n",
    b"no end",
]


@pytest.mark.parametrize("seed", range(4))
def test_odd_messages_pass_as_they_do_there(both: Both, seed: int) -> None:
    dice, told = random.Random(seed), ["-p", "--spam-subject-tag=[s]", "--unsure-subject-tag=[u]"]
    for _ in range(60):
        raw = b"A: b\n" + b"".join(dice.choices(PIECES[:-1], k=dice.randrange(6))) + b"\n" + dice.choice(PIECES)
        assert both.ours(raw, *told) == both.real(raw, *told), raw


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\r\n", b"body\n", b"A: b\n", b"A: b\n \nbody\n", b"A: b\r\nC: d\n\nbody", b" \n\nbody"]
)
def test_messages_that_hardly_are_any(both: Both, raw: bytes) -> None:
    assert both.ours(raw, "-p") == both.real(raw, "-p")


def test_a_header_that_ends_without_a_line_end(both: Both) -> None:
    assert both.ours(b"A: b", "-p").out.startswith(b"A: b\nX-Bogosity: Unsure, tests=bogofilter, spamicity=0.520000")


def test_an_mbox(both: Both) -> None:
    raw = mbox(OTHERS)
    for options in ("-M -v", "-M -p -e", "-M -t", "-M", "-M -p"):
        assert both.ours(raw, *options.split()) == both.real(raw, *options.split())


def test_files_and_directories(both: Both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, raw in (
        ("maildir/new/1", OTHERS[0]),
        ("maildir/cur/2:2,S", OTHERS[1]),
        ("mh/1", OTHERS[2]),
        ("one", OTHERS[3]),
    ):
        Path(name).parent.mkdir(exist_ok=True, parents=True)
        Path(name).write_bytes(raw)
    Path("maildir/tmp").mkdir()
    Path("box").write_bytes(mbox(OTHERS[:3]))
    named = ["maildir", "mh", "one"]
    both.same(b"", "-v", "-B", *named)
    both.same(b"", "-B", *named, "-vvv")
    assert both.ours(b"", "-vMB", "box", "box") == both.real(b"", "-vMB", "box", "box")
    given = "\n".join([*named, ""]).encode()
    assert both.ours(given, "-vb") == both.real(given, "-vb")
    assert both.ours(b"", "-vI", "one") == both.real(b"", "-vI", "one")
    assert both.ours(b"", "-pI", "one", "-O", "ours").out == b""
    assert both.real(b"", "-pI", "one", "-O", "real").out == b""
    assert Path("ours").read_bytes() == Path("real").read_bytes().replace(
        b"version=1.2.5", b"version=" + __version__.encode()
    )


def test_files_that_are_not_there(both: Both) -> None:
    said = both.ours(b"", "-I", "nosuch")
    assert (said.out, said.status) == (b"", 3)
    assert said.err == "Can't read 'nosuch': No such file or directory\n"
    assert both.real(b"", "-I", "nosuch").status == 3
    assert both.ours(b"", "-B", "nosuch").status == 3
    assert both.ours(b"", "-c", "nosuch").err == both.real(b"", "-c", "nosuch").err


@pytest.fixture
def fresh(tmp_path: Path) -> Both:
    """Both have learnt the same messages by themselves."""
    found = Both(tmp_path / "old", tmp_path / "new")
    for letter, raws in (("s", SPAM[:4]), ("n", HAM[:4])):
        for raw in raws:
            both_learn(found, raw, f"-{letter}")
    return found


def both_learn(found: Both, raw: bytes, *options: str) -> None:
    """Learn or undo, and count what the real one counts, but for the line that stands before a message in an mbox."""
    for said in (found.real(raw, *options), found.ours(raw, *options)):
        assert (said.out, said.status) == (b"", 0)
    theirs, ours = found.counts()
    before = {b"head:From", b"head:Mon", b"head:Jan", b"head:b.example"}
    assert (
        theirs.items() - {(word, (0, 0)) for word in theirs} - {(word, theirs.get(word)) for word in before}
        <= ours.items()
    )
    assert ours.keys() > theirs.keys() - before - {word for word, both in theirs.items() if both == (0, 0)}


def test_what_is_learnt_and_undone_counts_as_there(fresh: Both) -> None:
    """Messages of plain text, in which our words are bogofilter's."""
    steps = [("-Sn", SPAM[0]), ("-Ns", HAM[0]), ("-S", SPAM[1]), ("-N", HAM[1]), ("-Ns", SPAM[0]), ("-s", OTHERS[0])]
    for option, raw in steps:
        both_learn(fresh, raw, option)


def test_a_whole_mbox_is_learnt(fresh: Both) -> None:
    both_learn(fresh, mbox(SPAM[4:]), "-sM")
    both_learn(fresh, mbox(HAM[4:]), "-M", "-n")
    both_learn(fresh, mbox(SPAM[4:6]), "-SM")


def test_what_it_says_when_it_learns(fresh: Both) -> None:
    """Each word is counted once; bogofilter 1.2.5 says twice as many."""
    words = re.search(r"w=(\d+)", fresh.ours(SPAM[4], "-v", "--header-format=w=%w").out.decode())
    assert words
    assert fresh.ours(SPAM[4], "-s", "-v").err == f"# {words[1]} words, 1 message\n"
    assert fresh.ours(mbox(SPAM[5:7]), "-Msv").err.endswith(" words, 2 messages\n")


def test_it_learns_what_it_is_sure_of(fresh: Both) -> None:
    new = [raw for raws in (SPAM[4:], HAM[4:], OTHERS) for raw in raws]
    agreed = {status: raw for raw in new if (status := fresh.real(raw).status) == fresh.ours(raw).status}
    assert len(agreed) == 3
    for raw in agreed.values():
        ours, theirs = fresh.ours(raw, "-u", "-p"), fresh.real(raw, "-u", "-p")
        assert ours.status == theirs.status
        assert without_score(ours.out) == without_score(theirs.out)
    others = [raw for raw in new if raw not in agreed.values()]
    both_learn(fresh, others[0], "-s")
    spam = next(raw for raw in others[1:] if fresh.real(raw).status == fresh.ours(raw).status == 0)
    assert fresh.ours(spam, "--thresh-update=0.9", "-u").status == 0
    assert fresh.real(spam, "--thresh-update=0.9", "-u").status == 0
    assert without_score(fresh.ours(spam, "-p", "-n").out)[:40] == without_score(fresh.real(spam, "-p", "-n").out)[:40]
    both_learn(fresh, next(raw for raw in others[1:] if raw != spam), "-s")


def without_score(raw: bytes) -> bytes:
    """Trained by themselves, ours knows more words, and is surer."""
    return re.sub(rb"spamicity=[0-9.]+", b"", raw)


def test_what_was_never_learnt_is_not_undone(fresh: Both) -> None:
    """bogofilter counts down all the same (its manual warns of that)."""
    before = fresh.counts()[1]
    said = fresh.ours(OTHERS[0], "-S")
    assert (said.out, said.status) == (b"", 0)
    assert said.err == "bogofilter: 1 message was never learnt as spam, and is not undone\n"
    assert fresh.counts()[1] == before
    assert "was never learnt as ham" in fresh.ours(SPAM[0], "-N").err
    assert "2 messages were never learnt as ham" in fresh.ours(mbox(SPAM[:2]), "-NM").err
    assert fresh.counts()[1] == before


def test_the_same_message_counts_once(fresh: Both) -> None:
    before = fresh.counts()[1]
    assert fresh.ours(SPAM[0], "-s") == Said(b"", "", 0)
    assert fresh.counts()[1] == before


def test_a_word_list_of_bogofilter_is_not_read_as_it_is(both: Both) -> None:
    done = CliRunner().invoke(main, ["bogofilter", "-C", "-d", str(both.old)], input=BETWEEN)
    assert done.exit_code == 3
    assert f"bogoutil -d {both.old}/wordlist.db | gatekeeper words load --state {both.old} -" in done.stderr


def test_nothing_was_learnt_yet(tmp_path: Path) -> None:
    found = Both(tmp_path / "old", tmp_path / "new")
    assert found.real(BETWEEN, "-e", "-p").status == 3
    said = found.ours(BETWEEN, "-e", "-p")
    assert (said.out, said.status) == (b"", 3)
    assert "nothing was learnt yet; learn some spam and some ham first" in said.err


def test_moved_over_and_back(both: Both, tmp_path: Path) -> None:
    """bogoutil -d | words load; words dump | bogoutil -l; bogoutil -d: the same, but for dates and what loads drop."""
    dump = CliRunner().invoke(main, ["words", "dump", "--state", str(both.new)]).stdout_bytes
    real.run("bogoutil", "-l", tmp_path / "wordlist.db", given=dump)
    assert real.run("bogoutil", "-d", tmp_path / "wordlist.db") == dump
    theirs, ours = both.counts()
    assert ours == theirs


@needs("procmail")
def test_procmail(both: Both, tmp_path: Path) -> None:
    """The recipe everyone has, with nothing but the name of the program changed."""
    recipe = tmp_path / "rc"
    command = f"{Path(sys.executable).parent}/gatekeeper bogofilter"
    recipe.write_text(
        f"MAILDIR={tmp_path}\nDEFAULT={tmp_path}/inbox\nLOGFILE={tmp_path}/log\nSHELL=/bin/sh\n\n"
        f":0fw\n| {command} -C -d {both.new} -e -p\n\n:0e\n{{ EXITCODE=75 HOST }}\n\n"
        f":0:\n* ^X-Bogosity: Spam, tests=bogofilter\nspam\n\n:0:\n* ^X-Bogosity: Unsure\nunsure\n"
    )
    raws = [SPAM[0], HAM[0], BETWEEN]
    for raw in raws:
        subprocess.run(["procmail", "-m", recipe], input=raw, check=True, cwd=tmp_path, timeout=60)
    for name, raw in zip(("spam", "inbox", "unsure"), raws, strict=True):
        kept = (tmp_path / name).read_bytes()
        marked = both.ours(raw, "-e", "-p").out
        assert marked.split(b"\n", 1)[1] in kept
        assert kept.count(b"X-Bogosity: ") == 1
