from pathlib import Path

import msgspec
import pytest

from gatekeeper.config.convert import Complaint, spelled
from gatekeeper.config.schema import Config
from gatekeeper.config.validate import validate


def complaints(**tables: dict[str, object]) -> list[Complaint]:
    return validate(msgspec.convert(tables, Config))


def said(severity: str, **tables: dict[str, object]) -> list[str]:
    return [f"{spelled(c.path)}: {c.message}" for c in complaints(**tables) if c.severity == severity]


def test_the_defaults_are_sound() -> None:
    assert validate(Config()) == []


@pytest.mark.parametrize(
    ("table", "values", "expected"),
    [
        ("smtp", {"listen": ["127.0.0.1:1", "nonsense"]}, "smtp.listen[1]: smtp.listen[1]: 'nonsense' has no port"),
        ("smtp", {"listen": [":25", ":26", ":25"]}, "smtp.listen[2]: smtp.listen names the same socket twice"),
        ("dns", {"servers": ["resolver:53"]}, "dns.servers[0]: dns.servers[0]: 'resolver' does not appear to be"),
        ("metrics", {"listen": "9477"}, "metrics.listen: metrics.listen: '9477' has no port"),
        ("milter", {"socket": "inet:localhost:8891"}, "milter.socket: milter.socket: Postfix writes host:port"),
        ("milter", {"mode": "rw"}, "milter.mode: milter.mode: invalid literal"),
        ("milter", {"mode": "7777"}, "milter.mode: milter.mode: '7777' is no mode"),
        ("scand", {"listen": ["127.0.0.1:783", "783"]}, "scand.listen[1]: scand.listen[1]: '783' has no port"),
        ("scand", {"listen": ["/run/s", "unix:/run/s"]}, "scand.listen[1]: scand.listen names the same socket twice"),
        ("scand", {"mode": "rw"}, "scand.mode: scand.mode: invalid literal"),
        ("gateway", {"trusted_networks": ["10.0.0.0/8", "10.0.0.1/8"]}, "gateway.trusted_networks[1]: "),
        ("smtp", {"xclient_networks": ["localhost"]}, "smtp.xclient_networks[0]: "),
        ("smtp", {"proxy_networks": ["10.0.0.0/40"]}, "smtp.proxy_networks[0]: "),
        ("teaching", {"spam": ["s@x.org", "spam"]}, "teaching.spam[1]: 'spam' is no address"),
        ("teaching", {"ham": ["@x.org"]}, "teaching.ham[0]: '@x.org' is no address"),
        ("teaching", {"spam": ["a@x.org"], "ham": ["A@x.org"]}, "teaching.ham[0]: A@x.org teaches spam and ham"),
        ("digest", {"from_address": "quarantine"}, "digest.from_address: 'quarantine' is no address"),
        ("digest", {"without": ["a@x.org", "x.org"]}, "digest.without[1]: 'x.org' is neither an address nor a domain"),
        ("digest", {"hours": [0, 23, 24]}, "digest.hours[2]: 24 is no hour of the day"),
        ("digest", {"hours": [-1]}, "digest.hours[0]: -1 is no hour of the day"),
        ("digest", {"enabled": True}, "digest.enabled: a digest is made of links, and web.url does not say"),
        ("policy", {"tag": 9.0}, "policy: the scores of policy do not ascend: tag 9, quarantine 8, reject 15"),
        ("policy", {"exempt": ["abuse@x.org"]}, "policy.exempt[0]: 'abuse@x.org' is no local part"),
        ("domains", {"x.org": {"reject": 3}}, 'domains."x.org": the scores of domains."x.org" do not ascend'),
        ("domains", {"x.org": {"verify": "list"}}, 'domains."x.org".verify: verify is "list", but there is no list'),
        ("domains", {"@x.org": {}}, "domains.\"@x.org\": '@x.org' is no domain"),
        ("domains", {"x.org": {}, "X.org": {}}, "domains.\"X.org\": 'X.org' and 'x.org' are one domain"),
        ("domains", {"x.org": {"verify": "ldap"}}, 'domains."x.org".verify: verify is "ldap", but there is no server'),
        ("directory", {"servers": ["dc1"], "search_base": "dc=x"}, "directory.servers[0]: directory.servers[0]: 'dc1'"),
        ("directory", {"filter": "(mail=*)"}, "directory.filter: directory.filter does not say what the address is"),
        ("directory", {"filter": "(mail:1.2:=%s)"}, "directory.filter: directory.filter does not say what the address"),
        ("directory", {"bind_dn": "cn=x"}, "directory.bind_dn: directory.bind_dn stands alone"),
        ("directory", {"password_file": "/p"}, "directory.password_file: directory.password_file stands alone"),
        ("directory", {"ca_file": "ca.pem"}, "directory.ca_file: directory.ca_file is no path from the root"),
        ("relay", {"domains": ["x.org", "a@b"]}, "relay.domains[1]: 'a@b' is no domain"),
        ("relay", {"callout_sender": "postmaster"}, "relay.callout_sender: 'postmaster' is no address"),
        ("relay", {"mailertable": "mailertable"}, "relay.mailertable: relay.mailertable is no path from the root"),
        ("quarantine", {"release_via": "mta"}, "quarantine.release_via: quarantine.mta is missing"),
        ("gateway", {"hostname": "my host"}, "gateway.hostname: 'my host' is no host name"),
        ("gateway", {"state": ""}, "gateway.state: gateway.state is empty"),
    ],
)
def test_a_mistake(table: str, values: dict[str, object], expected: str) -> None:
    (found,) = said("error", **{table: values})
    assert found.startswith(expected)


IN_CLEAR = {"starttls": False, "search_base": "dc=x", "bind_dn": "cn=x", "password_file": "/p"}


@pytest.mark.parametrize(
    ("table", "values", "expected"),
    [
        ("metrics", {"listen": "0.0.0.0:9477"}, "metrics.listen: everybody can read the metrics"),
        ("metrics", {"listen": ":9477"}, "metrics.listen: everybody can read the metrics"),
        ("scand", {"listen": ["/s", ":783"]}, "scand.listen[1]: everybody who reaches :783 can have messages judged"),
        ("smtp", {"listen": [":25"]}, "smtp.listen: the proxy has no next hop and refuses everything"),
        ("milter", {"socket": "/run/m.sock"}, "milter.socket: held mail cannot be released: there is no mailertable"),
        ("gateway", {"trusted_networks": ["0.0.0.0/0"]}, "gateway.trusted_networks[0]: gateway.trusted_networks lets"),
        ("domains", {"x.org": {"recipients": "/r"}}, 'domains."x.org".recipients: the list of recipients is not used'),
        ("directory", {"servers": ["ldap://x"]}, "directory.servers: directory.search_base is empty"),
        (
            "directory",
            IN_CLEAR | {"servers": ["ldap://10.0.0.6"]},
            "directory.starttls: the password of directory.bind_dn",
        ),
        ("quarantine", {"mta": "127.0.0.1:25"}, "quarantine.mta: quarantine.mta is not used"),
    ],
)
def test_what_was_probably_not_meant(table: str, values: dict[str, object], expected: str) -> None:
    (found,) = said("warning", **{table: values})
    assert found.startswith(expected)
    assert said("error", **{table: values}) == []


def test_a_proxy_that_makes_clients_wait_too_long() -> None:
    relay = {"mailertable": "/m", "hop_timeout": 71.0}
    assert said("warning", smtp={"listen": [":25"]}, relay=relay) == [
        "relay.hop_timeout: from the dot to our reply 101 s may pass, and clients give up earlier"
    ]
    assert said("warning", smtp={"listen": [":25"]}, relay=relay | {"hop_timeout": 70.0}) == []


def test_the_mta_that_released_mail_goes_to_is_not_ourselves() -> None:
    found = said(
        "error",
        smtp={"listen": ["127.0.0.1:25"]},
        quarantine={"release_via": "mta", "mta": "127.0.0.1:25"},
    )
    assert found == ["quarantine.mta: quarantine.mta is the proxy itself"]


def test_a_domain_mixes_its_own_scores_with_the_general_ones() -> None:
    assert said("error", policy={"reject": 20.0}, domains={"x.org": {"quarantine": 18.0}}) == []
    assert len(said("error", policy={"reject": 15.0}, domains={"x.org": {"quarantine": 18.0}})) == 1


def test_certificate_and_key(tmp_path: Path) -> None:
    pem = tmp_path / "x.pem"
    pem.touch()
    assert said("error", smtp={"certificate": str(pem), "key": str(pem)}) == []
    assert said("error", smtp={"certificate": str(tmp_path / "absent")}) == [
        f"smtp.certificate: {tmp_path}/absent does not exist"
    ]
    assert said("error", smtp={"key": str(pem)}) == ["smtp.key: there is a key, but no certificate"]


def test_every_complaint_has_a_remedy() -> None:
    found = complaints(
        smtp={"listen": ["x"], "key": "k", "proxy_networks": ["y", "::/0"]},
        milter={"socket": "z", "mode": "9"},
        policy={"tag": 99.0, "exempt": [""]},
        domains={"a b": {"verify": "list"}},
        relay={"domains": ["?"], "callout_sender": "q"},
        quarantine={"release_via": "mta"},
        gateway={"hostname": "!", "state": ""},
        metrics={"listen": ":1"},
    )
    assert len(found) > 14
    assert all(complaint.remedy for complaint in found)


def test_one_score_is_not_both_spam_and_ham() -> None:
    (wrong,) = said("error", classifier={"spam_cutoff": 0.5, "ham_cutoff": 0.5})
    assert wrong.startswith("classifier.ham_cutoff: ham_cutoff 0.5 is not below spam_cutoff 0.5")
    assert said("error", classifier={"spam_cutoff": 0.9, "ham_cutoff": 0.5}) == []
    assert said("error", classifier={"ham_cutoff": 0.5}) == []


@pytest.mark.parametrize("server", ["ldaps://10.0.0.6", "ldap://127.0.0.1"])
def test_a_password_may_go_to_ourselves_and_where_it_is_encrypted(server: str) -> None:
    assert complaints(directory=IN_CLEAR | {"servers": [server]}) == []
    assert complaints(directory=IN_CLEAR | {"servers": ["ldap://10.0.0.6"], "starttls": True}) == []


def test_somebody_must_be_able_to_teach_through_the_proxy() -> None:
    proxy = {"smtp": {"listen": ["127.0.0.1:25"]}, "teaching": {"ham": ["ham@x.org"]}}
    assert "teaching: nobody may teach through the proxy: there are no networks of our own" in said("warning", **proxy)
    assert not any("teach" in text for text in said("warning", **proxy, gateway={"own_networks": ["192.0.2.1"]}))
    assert not any("teach" in text for text in said("warning", teaching=proxy["teaching"]))


def test_a_digest_needs_to_know_who_is_ours() -> None:
    tables = {
        "digest": {"enabled": True, "without": ["@x.org"]},
        "web": {"url": "http://[::1]:1", "listen": ["[::1]:1"]},
    }
    assert "digest.enabled: nobody gets a digest: no domain is known to be ours" in said("warning", **tables)
    assert not any("digest" in text for text in said("warning", **tables, relay={"domains": ["x.org"]}))
    assert said("error", **tables) == []
