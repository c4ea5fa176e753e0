import pytest

from gatekeeper.message.forms import extension
from gatekeeper.tables import AttachmentRules


def rules(text: str) -> AttachmentRules:
    parsed = AttachmentRules.parse(text, "rules")
    assert parsed.problems == ()
    return parsed


def about(parsed: AttachmentRules, name: str, member: bool = False) -> str:
    rule = parsed.of_name(name, extension(name), member)
    return rule.deed if rule else ""


def problems(text: str) -> list[str]:
    return [str(problem) for problem in AttachmentRules.parse(text, "rules").problems]


def test_a_line_says_what_is_done_with_what_and_why():
    (rule,) = rules("# comment\n\nreject\text .EXE *.scr com -- a Windows program -- or two\n").rules
    assert (rule.deed, rule.subject, rule.scope, rule.line) == ("reject", "ext", "", 3)
    assert rule.values == {"exe", "scr", "com"}
    assert rule.reason == "a Windows program -- or two"


def test_the_first_rule_that_fits_decides():
    parsed = rules("quarantine name a*.exe -- x\nreject ext exe -- y\nstrip name *.exe -- z\nrename name b* -- w\n")
    assert [about(parsed, name) for name in ("a.exe", "b.exe", "b.txt", "c.txt")] == [
        "quarantine", "reject", "rename", "",
    ]  # fmt: skip


def test_allow_lines_come_first_wherever_they_stand():
    parsed = rules("reject ext exe -- x\nallow name setup*.exe -- ours\n")
    assert [about(parsed, name) for name in ("setup-1.exe", "a.exe")] == ["allow", "reject"]
    assert "exe" in parsed.banned
    assert rules("reject ext exe -- x\nallow part ext exe -- y\n").banned == frozenset()


def test_a_rule_may_be_for_attachments_or_for_what_is_inside():
    parsed = rules("reject part ext js -- x\nquarantine member ext js bat -- y\nstrip ext txt -- z\n")
    assert [about(parsed, name) for name in ("a.js", "a.bat", "a.txt")] == ["reject", "", "strip"]
    assert [about(parsed, name, member=True) for name in ("a.js", "a.bat", "a.txt")] == [
        "quarantine", "quarantine", "strip",
    ]  # fmt: skip


def test_a_pattern_may_have_spaces_and_is_found_anywhere():
    parsed = rules("reject  part   match   ^two  words\\.(js|vbs)$   -- x\n")
    assert [about(parsed, name) for name in ("two  words.js", "two words.js")] == ["reject", ""]


def test_types_are_globs():
    parsed = rules("strip type audio/* image/x-icon -- x\n")
    found = [parsed.of_type(declared) for declared in ("audio/x-wav", "AUDIO/MIDI", "image/x-icon", "image/png")]
    assert [rule is not None for rule in found] == [True, True, True, False]


def test_kinds_and_classes_are_asked_in_their_order():
    parsed = rules("allow kind elf -- x\nquarantine class program -- y\nreject kind exe -- z\n")
    assert [(rule := parsed.of_kind(kind, False)) and rule.deed for kind in ("elf", "exe", "pdf", "unheard-of")] == [
        "allow", "quarantine", None, None,
    ]  # fmt: skip


def test_encrypted_archives_are_a_class_of_their_own():
    parsed = rules("quarantine part class encrypted-archive -- nobody can look\n")
    assert parsed.of_class("encrypted-archive", False) is not None
    assert parsed.of_class("encrypted-archive", True) is None
    assert parsed.of_class("encrypted-document", False) is None


def test_sets_follow_each_other():
    first, second = rules("allow ext py -- ours\n"), rules("reject ext py pl -- x\n")
    assert [about(first.followed_by(second), name) for name in ("a.py", "a.pl")] == ["allow", "reject"]
    assert [about(second.followed_by(first), name) for name in ("a.py", "a.pl")] == ["reject", "reject"]


def test_a_renamed_attachment_is_called_as_the_rule_or_the_setting_says():
    (rule,) = rules("rename ext zip -- x\n").rules
    assert rule.renamed("report.zip", "{name}.txt") == "report.zip.txt"
    assert rule.renamed("{name}", "old {name}") == "old {name}"


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ("refuse ext exe -- x", "'refuse' is no action", "allow, rename, strip, quarantine, reject, discard"),
        ("reject", "'' is nothing that a rule can ask about", "ext, name, match, type, kind, class"),
        ("reject exe -- x", "'exe' is nothing that a rule can ask about", "ext"),
        ("reject ext exe", "not complete", "and the reason"),
        ("reject ext exe -- ", "not complete", "and the reason"),
        ("reject match -- x", "not complete", "reject match VALUE -- and the reason"),
        ("reject ext tar.gz -- x", "'tar.gz' is no extension", "write name *.tar.gz"),
        ("reject ext * -- x", "'*' is no extension", "write name"),
        ("reject kind exee -- x", "'exee' is none that we know", "exe"),
        ("reject class programs -- x", "'programs' is none that we know", "program"),
        ("reject match a(?=b) -- x", "at letter 2", "two rules"),
        (" reject ext exe -- x", "begins with white space", ""),
    ],
)
def test_a_mistake_is_named_with_its_line_and_a_remedy(line, message, remedy):
    (problem,) = problems(f"# one\n{line}\n")
    assert problem.startswith("rules:2: error: ")
    assert message in problem
    assert remedy in problem


def test_one_bad_word_leaves_the_rest_of_the_line():
    parsed = AttachmentRules.parse("reject ext exe tar.gz scr -- x\n", "rules")
    assert parsed.rules[0].values == {"exe", "scr"}
    assert len(parsed.problems) == 1


def test_a_value_that_is_decided_already_is_pointed_out():
    assert problems("reject ext exe scr -- x\nreject part ext exe -- y\nstrip ext scr -- z\n") == [
        "rules:3: warning: line 1 decides about ext scr already; keep one of the two"
    ]
