"""MailScanner's own format. The lines are in the style of the files that it ships, which were read with this too."""

import pytest

from gatekeeper.message.forms import extension
from gatekeeper.tables import AttachmentRules, parse_filename_rules

SAMPLE = r"""#
# NOTE: fields are separated by TAB characters
deny	.{150,}			Very long filename		A very long name is a sign of an attack

rename	\.fdf$			Dangerous data file		Opening this can fetch any file
  allow	\.jpg$			-	-
allow	(\.[a-z0-9]{3})\1$	-	-
deny+delete	\.ws[cfh]$	Possible script attack	Scripts are dangerous
deny	\{[a-hA-H0-9-]{25,}\}	Hides its type		A class hides the real type
rename to .ppt	\.pps$	Renamed pps	Renamed .pps to .ppt
rename to $1.old	^(.*)\.bak$	Renamed	Renamed
postmaster@example.org, admin@example.org	\.reg$	Registry	Registry
deny	*\.chm$	Help	Help
deny	\.exe$	x-dosexec	Programs	No programs
deny	\.[a-z][a-z0-9]{2,3}\s*\.[a-z0-9]{3}$	Found possible filename hiding	Attempt to hide real filename extension
"""


def read(text: str = SAMPLE, scope="part") -> AttachmentRules:
    return parse_filename_rules(text, "filename.rules.conf", scope)


def about(name: str, rules: AttachmentRules | None = None, member: bool = False):
    return (rules or read()).of_name(name, extension(name), member)


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("a" * 150 + ".jpg", "strip"),
        ("form.fdf", "rename"),
        ("photo.JPG", "allow"),
        ("a.exe.jpg", "allow"),
        ("archive.zip.zip", "allow"),
        ("x.wsf", "strip"),
        ("a.{3050f4d8-98b5-11cf-bb82-00aa00bdce0b}", "strip"),
        ("slides.pps", "rename"),
        ("x.reg", "quarantine"),
        ("x.chm", "strip"),
        ("setup.exe", "strip"),
        ("report.doc  .pif", "strip"),
    ],
)
def test_the_first_line_that_fits_decides(name, deed):
    rule = about(name)
    assert rule is not None
    assert rule.deed == deed


def test_a_name_that_no_line_fits_is_left_alone():
    assert about("report.pdf") is None


def test_the_texts_are_for_the_log_and_for_the_recipient():
    rule = about("x.wsf")
    assert (rule.reason, rule.note, rule.line) == ("Possible script attack", "Scripts are dangerous", 8)
    assert about("setup.exe").reason == "Programs"
    assert about("photo.jpg").note == ""


def test_a_file_is_disarmed_or_renamed_as_the_line_says():
    assert about("form.fdf").renamed("Form.fdf", "{name}.txt") == "Form.fdf.disarmed"
    assert about("slides.pps").renamed("Slides.PPS", "{name}.txt") == "Slides.ppt"
    assert about("a.doc.bak").renamed("A.doc.bak", "{name}.txt") == "A.doc.old"


def test_a_replacement_that_finds_nothing_still_renames():
    assert about("slides.pps").renamed("slides.pps\0", "{name}.txt") == "slides.pps\0.txt"


def test_the_file_for_archives_is_about_what_is_inside():
    inside = read(scope="member")
    assert about("setup.exe", inside) is None
    assert about("setup.exe", inside, member=True).deed == "strip"


def test_only_the_redirection_is_warned_of_and_the_rest_is_read_as_it_stands():
    (problem,) = read().problems
    assert str(problem).startswith("filename.rules.conf:12: warning: a message is not sent to other addresses")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("deny \\.exe$ text text", "the line has not four fields"),
        ("deny\t\\.exe$\ttext", "the line has not four fields"),
        ("drop\t\\.exe$\ttext\ttext", "'drop' is no action"),
        ("deny\t(?!a)b\ttext\ttext", "write two rules, the exception first"),
        ("deny\t(a|b)x\\1\ttext\ttext", "RE2 has no back references"),
    ],
)
def test_what_cannot_be_read_is_named(line, said):
    rules = read(f"# first\n{line}\n")
    assert rules.rules == ()
    (problem,) = rules.problems
    assert str(problem).startswith("filename.rules.conf:2: error: ")
    assert said in str(problem)
