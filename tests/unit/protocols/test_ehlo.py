from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.ehlo import Features, keywords

ALWAYS = ["PIPELINING", "ENHANCEDSTATUSCODES", "CHUNKING"]
ALL = Capabilities(eightbit=True, smtputf8=True, dsn=True, size=0)


def test_without_a_probed_hop_only_what_is_ours():
    assert keywords(Features(), Capabilities(), 1000, tls=False) == ALWAYS


def test_what_the_hops_can():
    assert keywords(Features(), ALL, 1000, tls=False) == [*ALWAYS, "8BITMIME", "SMTPUTF8", "DSN", "SIZE 1000"]


def test_starttls_only_once():
    assert "STARTTLS" in keywords(Features(starttls=True), ALL, 1, tls=False)
    assert "STARTTLS" not in keywords(Features(starttls=True), ALL, 1, tls=True)


def test_xclient_and_xforward_name_their_attributes():
    said = keywords(Features(xclient=True, xforward=True), Capabilities(), 1, tls=False)
    assert said[3:] == [
        "XCLIENT ADDR DESTADDR DESTPORT HELO NAME PORT PROTO",
        "XFORWARD ADDR HELO IDENT NAME PORT PROTO SOURCE",
    ]


def test_neither_binarymime_nor_auth():
    said = keywords(Features(starttls=True, xclient=True, xforward=True), ALL, 1, tls=False)
    assert not {"BINARYMIME", "AUTH"} & {line.split()[0] for line in said}
