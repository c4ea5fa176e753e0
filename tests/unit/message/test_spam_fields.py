from gatekeeper.message.spam_fields import bogosity, spam_fields


def test_long_lists_are_folded() -> None:
    names = [f"rule-number-{n}" for n in range(40)]
    ((_, level), (name, value)) = spam_fields(spam=False, score=3.9, required=5.0, names=names)
    assert (level, name) == (b"***", b"X-Spam-Status")
    lines = value.split(b"\r\n\t")
    assert max(map(len, lines)) <= 76
    assert b" ".join(lines).replace(b", ", b",").count(b"RULE_NUMBER_") == 40


def test_stars_are_bounded() -> None:
    fields = dict(spam_fields(spam=True, score=1e9, required=5.0, names=(), learnt="spam"))
    assert fields[b"X-Spam-Level"] == b"*" * 50
    assert fields[b"X-Spam-Flag"] == b"YES"
    assert b"autolearn=spam" in fields[b"X-Spam-Status"]


def test_what_bogofilter_says() -> None:
    assert bogosity("Ham", 0.0000004).startswith(b"Ham, tests=bogofilter, spamicity=0.000000, version=gatekeeper-")
