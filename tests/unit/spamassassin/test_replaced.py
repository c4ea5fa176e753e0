"""Patterns with their tags written out."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from gatekeeper.spamassassin.perl import compiled
from gatekeeper.spamassassin.replaced import replaced

TAGS = {
    "tag": {"A": "[a4]", "B": "(?:b|8)", "TWO": "<A><B>", "LOOP": "x<LOOP>"},
    "pre": {"P": "(?<!x)"},
    "post": {"Q": r"\s?"},
    "inter": {"W": r"[\s_]*"},
}
PATTERNS = (
    "c<A>t",
    "<A><B>",
    "<inter W><A><B>c<A>",
    "<post Q><A><B>c",
    "<pre P>k<A><B>",
    "<inter W><post Q><A><A>",
    "<inter W><TWO>x",
    "<NONE>y",
    "(?<=x)<A>",
    "<A",
    "plain",
)
ORACLE = r"""
use strict; use Mail::SpamAssassin; use JSON::PP;
my $sa = Mail::SpamAssassin->new({local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null',
  rules_filename => $ARGV[0], site_rules_filename => $ARGV[0], username => 'nobody'});
$sa->init(1); my $qr = $sa->{conf}{test_qrs};
print JSON::PP->new->latin1->encode({map { $_ => "$qr->{$_}" } grep { /^T\d/ } keys %$qr});
"""


@pytest.mark.skipif(shutil.which("spamassassin") is None, reason="needs spamassassin")
def test_tags_are_written_out_as_spamassassin_does(tmp_path: Path) -> None:
    lines = ["loadplugin Mail::SpamAssassin::Plugin::ReplaceTags"]
    lines += [f"replace_{kind} {name} {told}" for kind, tags in TAGS.items() for name, told in tags.items()]
    for number, pattern in enumerate(PATTERNS):
        lines += [f"body T{number} /{pattern}/", f"replace_rules T{number}"]
    (tmp_path / "x.cf").write_text("\n".join(lines) + "\n")
    run = subprocess.run(["perl", "-e", ORACLE, str(tmp_path)], capture_output=True, text=True, check=True)
    told = {name: text[6:-1].removeprefix("(?aa)") for name, text in json.loads(run.stdout).items()}
    ours = {f"T{number}": replaced(pattern, TAGS) for number, pattern in enumerate(PATTERNS)}
    assert ours == told


def test_a_tag_in_itself_ends() -> None:
    assert replaced("<LOOP>", TAGS) == "xxxxxx<LOOP>"


def test_other_signs_may_mark_tags() -> None:
    assert replaced("<A>!!A!!", {**TAGS, "start": {"": "!!"}, "end": {"": "!!"}}) == "<A>[a4]"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_result_can_be_run(pattern: str) -> None:
    compiled(replaced(pattern, TAGS), "i")
