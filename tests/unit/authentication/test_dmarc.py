from types import SimpleNamespace

import pytest
from authheaders import dmarc_per_from
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.authentication.dmarc import evaluate
from gatekeeper.values import Authenticated, Failed, TimedOut
from tests.unit.authentication.world import World


def spf(domain, result="pass", identity="smtp.mailfrom"):
    return Authenticated("spf", result, domain, ((identity, f"ann@{domain}"),))


def dkim(domain, result="pass"):
    return Authenticated("dkim", result, domain, (("header.d", domain),))


def ask(records, *results, authors=("out.test",), lot_of="0", others=None):
    zone = {f"_dmarc.{name}": {"TXT": texts} for name, texts in records.items()}
    world = World(zone | (others or {}))
    return world.run(evaluate(authors, results, lot_of)), world


def policy(text):
    return {"out.test": [f"v=DMARC1; {text}"]}


@pytest.mark.parametrize(
    ("results", "tags", "result"),
    [
        ([spf("out.test")], "p=reject", "pass"),
        ([spf("bounce.out.test")], "p=reject", "pass"),
        ([spf("bounce.out.test")], "p=reject; aspf=s", "fail"),
        ([dkim("mail.out.test")], "p=reject; aspf=s", "pass"),
        ([dkim("mail.out.test")], "p=reject; adkim=s", "fail"),
        ([dkim("else.test"), dkim("out.test")], "p=reject", "pass"),
        ([spf("out.test", "fail"), dkim("out.test", "policy")], "p=reject", "fail"),
        ([spf("else.test"), dkim("else.test")], "p=none", "fail"),
        ([], "p=none", "fail"),
        ([spf("out.test", "temperror")], "p=reject", "temperror"),
        ([dkim("out.test", "temperror")], "p=reject", "temperror"),
        ([dkim("else.test", "temperror"), spf("out.test")], "p=reject", "pass"),
        ([dkim("else.test", "temperror"), spf("else.test", "temperror")], "p=reject", "fail"),
        ([dkim("mail.out.test", "temperror")], "p=reject; adkim=s", "fail"),
        ([Authenticated("iprev", "pass", "out.test"), Authenticated("arc", "pass", "out.test")], "p=reject", "fail"),
    ],
)
def test_who_speaks_for_the_domain(results, tags, result):
    assert ask(policy(tags), *results)[0].result == result


def test_helo_speaks_only_where_there_is_no_sender():
    assert ask(policy("p=reject"), spf("out.test", identity="smtp.helo"))[0].result == "pass"
    found, _ = ask(policy("p=reject"), spf("else.test", "none"), spf("out.test", identity="smtp.helo"))
    assert found.result == "fail"


def test_a_name_too_long_for_a_policy_of_its_own_has_that_of_its_organisation():
    """Else nobody could look it up, and the policy of the domain that people see would not be followed."""
    author = ".".join(["a" * 60] * 4) + ".out.test"
    found, world = ask(policy("p=none; sp=reject"), authors=[author])
    assert (found.result, found.wish) == ("fail", "reject")
    assert [question.name for question in world.rounds[0]] == ["_dmarc.out.test"]


# what is wanted


@pytest.mark.parametrize(
    ("tags", "wish"),
    [
        ("p=none", "none"),
        ("p=quarantine", "quarantine"),
        ("p=reject", "reject"),
        ("p=REJECT", "reject"),
        ("p = reject ;; x", "reject"),
        ("p=reject; pct=0", "quarantine"),
        ("p=quarantine; pct=0", "none"),
        ("p=reject; pct=1000", "reject"),
        ("p=reject; pct=-5", "reject"),
        ("p=reject; t=y", "quarantine"),
        ("p=reject; sp=none; np=none", "reject"),
        ("rua=mailto:a@out.test", "none"),
        ("p=perhaps; rua=mailto:a@out.test", "none"),
    ],
)
def test_what_the_owner_wants(tags, wish):
    found, _ = ask(policy(tags))
    assert (found.result, found.wish) == ("fail", wish)


@pytest.mark.parametrize("tags", ["", "p=", "p=perhaps", "sp=reject", "x" * 5000])
def test_a_policy_that_cannot_be_read(tags):
    assert ask(policy(tags))[0].result == "permerror"


@pytest.mark.parametrize("text", ["v=DMARC2; p=reject", "p=reject; v=DMARC1", "v=DMARC1x; p=reject", "v=spf1 -all", ""])
def test_other_texts_are_no_policy(text):
    assert ask({"out.test": [text]})[0].result == "none"


def test_two_policies_are_none():
    found, _ = ask({"out.test": ["v=DMARC1; p=reject", "v=DMARC1; p=none"]})
    assert found.result == "permerror"


def test_half_of_the_mail():
    """`pct` draws by our own id, so that the same message judged again is judged the same."""
    wishes = [ask(policy("p=reject; pct=50"), lot_of=str(number))[0].wish for number in range(400)]
    assert 140 < wishes.count("reject") < 260
    assert wishes == [ask(policy("p=reject; pct=50"), lot_of=str(number))[0].wish for number in range(400)]


# where it is found


def test_the_policy_of_the_organisation_is_for_its_subdomains():
    found, world = ask({"out.test": ["v=DMARC1; p=reject; sp=quarantine"]}, authors=["a.b.out.test"])
    assert (found.result, found.wish) == ("fail", "quarantine")
    assert len(world.rounds) == 1


def test_a_policy_of_its_own_comes_first():
    records = {"out.test": ["v=DMARC1; p=reject"], "news.out.test": ["v=DMARC1; p=none"]}
    assert ask(records, authors=["news.out.test"])[0].wish == "none"


def test_names_that_do_not_exist():
    records = {"out.test": ["v=DMARC1; p=none; sp=none; np=reject"]}
    assert ask(records, authors=["nowhere.out.test"])[0].wish == "reject"
    there = {"there.out.test": {"A": ["192.0.2.1"]}}
    assert ask(records, authors=["there.out.test"], others=there)[0].wish == "none"
    unknown = {"there.out.test": {"A": TimedOut()}}
    assert ask(records, authors=["there.out.test"], others=unknown)[0].wish == "none"


@pytest.mark.parametrize("answer", [TimedOut(), Failed()])
def test_a_policy_that_dns_does_not_give(answer):
    assert ask({"out.test": answer}, spf("out.test"))[0].result == "temperror"


# From


def test_nobody_in_from():
    found, world = ask({}, authors=[])
    assert (found.result, world.rounds) == ("permerror", [])


def test_more_in_from_than_is_looked_at():
    found, world = ask({}, authors=[f"d{number}.test" for number in range(6)])
    assert (found.result, found.domain) == ("permerror", "d0.test")
    assert len(world.rounds[0]) == 5
    assert ask({}, authors=["out.test", ""])[0].result == "permerror"
    assert ask({}, authors=[""])[0].result == "permerror"


def test_whoever_puts_more_in_from_than_is_looked_at_is_no_better_off():
    for more in ([f"d{number}.test" for number in range(6)], [""]):
        found, _ = ask(policy("p=reject"), dkim("d0.test"), authors=["out.test", *more])
        assert (found.result, found.domain, found.wish) == ("fail", "out.test", "reject")
        assert ask(policy("p=reject"), dkim("out.test"), authors=["out.test", *more])[0].result == "permerror"


def test_of_several_in_from_the_worst_counts():
    records = {"out.test": ["v=DMARC1; p=none"], "bank.test": ["v=DMARC1; p=reject"]}
    found, world = ask(records, spf("out.test"), authors=["out.test", "bank.test"])
    assert (found.result, found.domain, found.wish) == ("fail", "bank.test", "reject")
    assert len(world.rounds) == 1
    assert ask(records, spf("out.test"), dkim("bank.test"), authors=["out.test", "bank.test"])[0].result == "pass"


DOMAINS = ["out.com", "news.out.com", "else.com", "a.out.co.uk", "out.co.uk", "out.github.io"]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(DOMAINS),
    st.dictionaries(
        st.sampled_from(DOMAINS),
        st.tuples(
            st.sampled_from(["none", "quarantine", "reject"]),
            st.sampled_from(["", "; sp=none", "; sp=reject", "; sp=quarantine"]),
            st.sampled_from(["", "; adkim=s", "; aspf=s", "; adkim=s; aspf=s"]),
        ),
    ),
    st.tuples(st.sampled_from(DOMAINS), st.sampled_from(["pass", "fail"])),
    st.tuples(st.sampled_from(DOMAINS), st.sampled_from(["pass", "fail"])),
)
def test_authheaders_says_the_same(author, policies, sender, signer):
    texts = {name: f"v=DMARC1; p={p}{sp}{alignment}" for name, (p, sp, alignment) in policies.items()}
    found, _ = ask({name: [text] for name, text in texts.items()}, spf(*sender), dkim(*signer), authors=[author])
    result, _, _, wanted = dmarc_per_from(
        author,
        SimpleNamespace(result=sender[1], smtp_mailfrom=f"x@{sender[0]}"),
        SimpleNamespace(result=signer[1], header_d=signer[0]),
        dnsfunc=lambda name, *_: texts.get(name.removeprefix("_dmarc.")),
    )
    assert found.result == result
    if result == "fail" and author not in policies:  # it takes sp= for the domain itself, too; RFC 7489 §6.3 does not
        assert found.wish == wanted
