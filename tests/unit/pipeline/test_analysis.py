from gatekeeper.pipeline.analysis import details, points, report, symbols
from gatekeeper.values import Action, Finding, Verdict


def verdict(*findings: Finding, score: float = 0.0, action: Action = Action.ACCEPT, reason: str = "clean") -> Verdict:
    return Verdict(action, reason, score, 5.0, findings)


def test_the_table_is_laid_out_as_spamassassin_does() -> None:
    found = [Finding("bayes-spam", 3.5, "0.999", secret=True), Finding("link-ip", 1.25, "http://192.0.2.1/")]
    assert details(verdict(*found, score=4.75)).splitlines() == [
        "Content analysis details:   (4.8 points, 5.0 required)",
        "",
        " pts rule name              description",
        "---- ---------------------- --------------------------------------------------",
        " 3.5 BAYES_SPAM             Its words are those of spam",
        " 1.2 LINK_IP                A link leads to an address in numbers",
        "                            [http://192.0.2.1/]",
    ]


def test_the_heaviest_stands_first_and_the_lightest_last() -> None:
    found = [Finding("dnswl-listed", -2.0), Finding("gtube", 1000.0), Finding("dkim-pass"), Finding("arc-pass")]
    rows = details(verdict(*found)).splitlines()[4:]
    assert [row[:14] for row in rows] == ["1000 GTUBE    ", " 0.0 ARC_PASS ", " 0.0 DKIM_PASS", "-2.0 DNSWL_LIS"]


def test_nothing_found_is_an_empty_table() -> None:
    assert details(verdict()).endswith(f"{'-' * 4} {'-' * 22} {'-' * 50}\n")


def test_long_evidence_is_folded_below_its_description() -> None:
    rows = details(verdict(Finding("helo-own", 1.0, "word " * 30))).splitlines()[4:]
    assert len(rows) > 2
    assert all(len(row) <= 78 for row in rows)
    assert all(row.startswith(" " * 28) for row in rows[1:])


def test_evidence_of_a_sender_cannot_forge_a_line() -> None:
    text = details(verdict(Finding("helo-own", 1.0, "a\n 9.9 GOOD\x1b[31m")))
    assert "[a? 9.9 GOOD?[31m]" in text
    assert text.count("\n") == 6


def test_what_nobody_described_says_so() -> None:
    assert " 1.0 NEW_THING              No description available." in details(verdict(Finding("new-thing", 1.0)))


def test_a_score_below_the_threshold_does_not_become_it_by_rounding() -> None:
    assert points(verdict(score=4.96)) == "4.9"
    assert points(verdict(score=4.94)) == "4.9"
    assert points(verdict(score=5.0)) == "5.0"
    assert points(verdict(score=-0.3)) == "-0.3"


def test_the_report_says_who_judged_and_how() -> None:
    text = report(verdict(action=Action.REJECT, reason="virus-found"), "mx.example.org")
    head, table = text.split("\n\n", 1)
    assert "mx.example.org" in head
    assert "would be called spam (reject, virus-found)" in " ".join(head.split())
    assert table.startswith("Content analysis details:   (0.0 points, 5.0 required)\n")
    assert "would not be called spam" in " ".join(report(verdict(), "mx").split())


def test_symbols_are_sorted_and_each_once() -> None:
    assert symbols([Finding("link-ip"), Finding("helo-own"), Finding("link-ip")]) == "HELO_OWN,LINK_IP"
    assert symbols([]) == ""


def test_rules_from_files_say_themselves_what_they_mean() -> None:
    verdict = Verdict(Action.ACCEPT, "clean", 1.0, 5.0, (Finding("local-rule", 1.0), Finding("bare", 0.0)))
    text = details(verdict, {"local-rule": "Says what only we say", "bare": ""})
    assert " 1.0 LOCAL_RULE             Says what only we say\n" in text
    assert " 0.0 BARE                   No description available.\n" in text
