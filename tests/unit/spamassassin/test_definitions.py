"""What SpamAssassin's files say."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from gatekeeper.spamassassin.definitions import Definitions, read
from gatekeeper.spamassassin.lines import SourceFile
from gatekeeper.spamassassin.rules import NO_FLAGS, Kind

STOCK = (Path("/usr/share/spamassassin"), Path("/etc/spamassassin"))
ORACLE = r"""
use strict; use Mail::SpamAssassin; use JSON::PP;
my $sa = Mail::SpamAssassin->new({local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null',
  rules_filename => $ARGV[0], site_rules_filename => $ARGV[1], username => 'nobody'});
$sa->init(1); my $c = $sa->{conf}; my %out;
for my $n (keys %{$c->{test_types}}) {
  $out{$n} = [0 + $c->{scoreset}[0]{$n}, $c->{descriptions}{$n} // '', $c->{tflags}{$n} // ''];
}
print JSON::PP->new->latin1->encode(\%out);
"""


def said(text: str) -> Definitions:
    return read([SourceFile("x.cf", text)])


def wrong(text: str) -> list[str]:
    return [f"{problem.severity} {problem.line}: {problem.message}" for problem in said(text).problems]


def files(top: Path) -> list[SourceFile]:
    paths = [*sorted(top.glob("*.pre")), *sorted(top.glob("*.cf"))]
    return [SourceFile(str(path), path.read_text("utf-8", "surrogateescape")) for path in paths]


@pytest.mark.skipif(not STOCK[0].is_dir() or shutil.which("spamassassin") is None, reason="needs spamassassin")
def test_the_stock_is_read_as_spamassassin_reads_it() -> None:
    found = read([file for kind in (".pre", ".cf") for top in STOCK for file in files(top) if file.name.endswith(kind)])
    assert found.problems == ()
    run = subprocess.run(["perl", "-e", ORACLE, *map(str, STOCK)], capture_output=True, check=True)
    told = json.loads(run.stdout.decode("latin-1"))
    assert set(told) == set(found.rules)
    assert len(told) > 2500
    ours = {name: [found.score(name, 0), found.described.get(name, "")] for name in found.rules}
    assert ours == {name: [score, described] for name, (score, described, _) in told.items()}
    flags = {name: found.flags.get(name, NO_FLAGS).words for name in found.rules}
    for name, (_, _, words) in told.items():  # of what it depends on a meta inherits net
        assert set(words.split()) - flags[name] <= {"net"}, name
        assert flags[name] <= set(words.split()), name


def test_a_later_line_says_what_a_rule_is() -> None:
    found = said("header A Subject !~ /a/ [if-unset: none]\nbody A /b/\n").rules["A"]
    assert (found.kind, found.text, found.where, found.negated, found.unset, found.line) == (
        Kind.BODY,
        "/b/",
        "",
        False,
        "",
        2,
    )


def test_header_rules_are_taken_apart() -> None:
    rules = said(
        "header A Subject =~ /a/i\n"
        "header B From:addr !~ /b/ [if-unset: x@y]\n"
        "header C exists:X-Mailer\n"
        "header D eval:check_it('a', \"b\")\n"
        "header E eval:check_rbl('zen', 'zen.test.')\n"
        "mimeheader F Content-Type:raw =~ /f/\n"
        "header G ALL=~/g/\n"
    ).rules
    assert (rules["A"].where, rules["A"].text) == ("Subject", "/a/i")
    assert (rules["B"].where, rules["B"].negated, rules["B"].unset, rules["B"].text) == (
        "From:addr",
        True,
        "x@y",
        "/b/",
    )
    assert (rules["C"].where, rules["C"].exists) == ("X-Mailer", True)
    assert (rules["D"].is_eval, rules["D"].text, rules["D"].asks) == (True, "check_it('a', \"b\")", False)
    assert rules["E"].asks
    assert (rules["F"].kind, rules["F"].where) == (Kind.MIMEHEADER, "Content-Type:raw")
    assert rules["G"].where == "ALL"


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("", 1.0),
        ("tflags A nice", -1.0),
        ("score A 2.5", 2.5),
        ("score A 1 2 3 4", 1.0),
        ("score A 0", 0.0),
        ("score A 2\nscore A (0.5)", 2.5),
        ("score A 2\nscore A (-1) 0 0 0", 1.0),
        ("score A 2\nscore A 3", 3.0),
    ],
)
def test_scores(text: str, score: float) -> None:
    assert said(f"body A /a/\n{text}").score("A", 0) == score


def test_a_rule_on_trial_weighs_next_to_nothing() -> None:
    assert said("body T_A /a/").score("T_A", 0) == 0.01


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("body", "error 1: body has nothing behind the name"),
        ("body 9LIVES /a/", "error 1: '9LIVES' is no name of a rule"),
        ("body A eval:nothing", "error 1: 'nothing' is no call of a function"),
        ("header A what", "error 1: 'what' tests no field"),
        ("header A Subject:loud =~ /a/", "error 1: :loud is no part of a field"),
        ("score A many", "error 1: a score is a name with one number or four"),
        ("score A 1 2", "error 1: a score is a name with one number or four"),
        ("score A (1)", "error 1: A has no score that could be added to"),
        ("scroe A 1", "warning 1: 'scroe' is no setting of SpamAssassin 4 that is known here, and has no effect"),
        ("trusted_networks 10/8 nowhere", "error 1: 'nowhere' is no network"),
    ],
)
def test_mistakes_have_their_line(line: str, problem: str) -> None:
    assert wrong(line) == [problem]


def test_what_has_no_effect_here_is_no_mistake() -> None:
    assert wrong("add_header all Score _SCORE_\nreport_safe 0\nuse_bayes 1\nbayes_auto_learn 0\ntest A ok x\n") == []


def test_old_names_are_read_as_the_new_ones() -> None:
    options = said("whitelist_from *@a.test\nblacklist_from b@b.test c@c.test\nunblacklist_from c@c.test\n").options
    assert "x@a.test" in options.addresses("welcomelist_from")
    assert "b@b.test" in options.addresses("blocklist_from")
    assert "c@c.test" not in options.addresses("blocklist_from")


def test_lists_with_vouchers() -> None:
    options = said(
        "welcomelist_from_rcvd *@a.test a.test\nwelcomelist_from_rcvd *@a.test b.test\n"
        "welcomelist_from_dkim x@a.test\nwelcomelist_from_dkim y@a.test\nunwelcomelist_from_dkim y@a.test\n"
    ).options
    assert dict(options.addresses("welcomelist_from_rcvd").matching("q@a.test")) == {"*@a.test": ("a.test", "b.test")}
    assert dict(options.addresses("welcomelist_from_dkim").matching("x@a.test")) == {"x@a.test": ("",)}
    assert "y@a.test" not in options.addresses("welcomelist_from_dkim")


def test_lists_with_names() -> None:
    options = said(
        "enlist_addrlist (BANKS) *@bank.test\nblacklist_uri_host a.test b.test\nenlist_uri_host (X) c.test\n"
        "delist_uri_host (BLOCK) b.test\n"
    ).options
    assert "x@bank.test" in options.addresses("BANKS")
    assert options.lines["enlist_uri_host"] == ("(BLOCK) a.test", "(X) c.test")


def test_what_is_cleared_is_gone() -> None:
    options = said(
        "util_rb_2tld co.uk\ntrusted_networks 10/8\nclear_util_rb\nutil_rb_2tld a.b\nclear_trusted_networks"
    ).options
    assert options.words("util_rb_2tld") == ("a.b",)
    assert "trusted_networks" not in options.networks


def test_networks() -> None:
    assert "10.1.2.3" in said("trusted_networks 192.0.2.1 10/8").options.networks["trusted_networks"]


def test_plugins_that_files_load_take_the_place_of_the_stock() -> None:
    ifplugin = "ifplugin Mail::SpamAssassin::Plugin::{}\nbody {} /a/\nendif\n"
    rules = SourceFile("x.cf", ifplugin.format("TextCat", "A") + ifplugin.format("FreeMail", "B"))
    assert set(read([rules]).rules) == {"B"}
    loading = SourceFile("init.pre", "loadplugin Mail::SpamAssassin::Plugin::TextCat\n")
    assert set(read([loading, rules]).rules) == {"A"}


def test_compatibility_is_enabled_by_name() -> None:
    text = "if can(Mail::SpamAssassin::Conf::compat_welcomelist_blocklist)\nbody A /a/\nendif\n"
    assert set(said(text).rules) == set()
    assert set(said(f"enable_compat welcomelist_blocklist\n{text}").rules) == {"A"}


def test_reuse_makes_a_name_known_and_changes_no_rule() -> None:
    rules = said("body A /a/\nreuse A\nreuse B\n").rules
    assert (rules["A"].kind, rules["B"].kind) == (Kind.BODY, Kind.EMPTY)


def test_flags() -> None:
    flags = said("tflags A nice\ntflags A multiple maxhits=3 range=1-2\ntflags B multiple\ntflags C net\n").flags
    assert "nice" not in flags["A"]
    assert (flags["A"].most, flags["C"].most) == (3, 1)
    assert flags["B"].most > 1_000_000
    assert flags["A"].value("range") == "1-2"
