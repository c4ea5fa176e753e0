import base64
import time

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from gatekeeper.authentication.header import Header
from gatekeeper.authentication.key import KeyFault, key_record
from gatekeeper.authentication.signature import read_signature
from gatekeeper.message import parse
from tests.unit.authentication.signers import ed_key, record_of_modulus, rsa_key, signed

BIG = (1 << 2047) | 1


def fault(*texts, algorithm="rsa-sha256"):
    with pytest.raises(KeyFault) as caught:
        key_record(texts, algorithm)
    return caught.value.result, str(caught.value)


def with_tags(tags):
    return rsa_key()[1].replace("v=DKIM1; k=rsa;", tags)


@pytest.mark.parametrize("tags", ["", "v=DKIM1;", "k=rsa;", "h=sha1:sha256;", "s=*;", "s=other:email;", "n=for you;"])
def test_records_that_are_good(tags):
    record = key_record((with_tags(tags),), "rsa-sha256")
    assert (record.strict, record.testing) == (False, False)


def test_a_key_among_other_texts():
    assert key_record(("google-site-verification", rsa_key()[1]), "rsa-sha256")


def test_white_space_within_a_key():
    start, _, key = rsa_key()[1].partition("p=")
    assert key_record((f"{start}p={key[:50]} {key[50:]}",), "rsa-sha256")


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ("v=DKIM2;", "version"),
        ("k=ed25519;", "another algorithm"),
        ("k=dsa;", "another algorithm"),
        ("h=sha1;", "not for SHA-256"),
        ("s=tlsrpt;", "not for mail"),
        ("k=rsa; k=rsa;", "cannot be read"),
        ("=;", "cannot be read"),
    ],
)
def test_records_that_are_not(tags, why):
    result, said = fault(with_tags(tags))
    assert result == "permerror"
    assert why in said


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("v=DKIM1; p=", "the key was revoked"),
        ("v=DKIM1; p=%%%%", "the key cannot be read"),
        ("v=DKIM1; p=AAAA", "the key cannot be read"),
        ("v=DKIM1; p=MAA=", "the key cannot be read"),
        ("v=DKIM1; p=" + base64.b64encode(b"0\xff" + b"\xff" * 900).decode(), "the key cannot be read"),
        ("no key", "no key record"),
    ],
)
def test_keys_that_cannot_be_read(record, why):
    assert fault(record) == ("permerror", why)


def test_more_than_one_key():
    assert fault(rsa_key()[1], rsa_key(1024)[1]) == ("permerror", "more than one key record")


def test_ed25519_of_another_length():
    assert fault("k=ed25519; p=AAAA", algorithm="ed25519-sha256") == ("permerror", "the key cannot be read")


@pytest.mark.parametrize("exponent", [1, 2, 65536, (1 << 32) + 1, (1 << 2000) + 1])
def test_exponents_that_cost_or_prove_nothing(exponent):
    assert fault(record_of_modulus(BIG, exponent))[0] == "policy"


def test_an_exponent_of_three():
    assert key_record((record_of_modulus(BIG, 3),), "rsa-sha256").key.exponent == 3


@pytest.mark.parametrize("signature", [b"", b"\0", b"\xff" * 256, b"\xff" * 1000])
@pytest.mark.parametrize("algorithm", ["rsa-sha256", "ed25519-sha256"])
def test_signatures_of_any_length_are_only_wrong(algorithm, signature):
    record = rsa_key()[1] if algorithm == "rsa-sha256" else ed_key()[1]
    assert not key_record((record,), algorithm).key.verifies(b"text", signature)


def test_a_signature_larger_than_the_modulus_is_not_reduced():
    """RFC 8017 §5.2.2 step 1: or each signature would have many forms."""
    raw = signed()
    key = key_record((rsa_key()[1],), "rsa-sha256").key
    found = read_signature(parse(raw).fields[0], time.time())
    lines = [*Header(raw, parse(raw).fields).signed(found.names, True), Header(raw, ()).signing(found.field, True)]
    assert key.verifies(b"".join(lines), found.signed)
    larger = int.from_bytes(found.signed, "big") + key.modulus
    assert not key.verifies(b"".join(lines), larger.to_bytes(257, "big"))


def test_a_key_of_sixty_thousand_octets_is_not_parsed():
    record = "v=DKIM1; p=" + base64.b64encode(b"0" * 45_000).decode()
    assert fault(record) == ("policy", "key of more than 4096 bits")


def test_a_signature_without_the_zeros_it_begins_with():
    secret, record = rsa_key(1024)
    private = serialization.load_pem_private_key(secret, None)
    key = key_record((record,), "rsa-sha256").key
    texts = (b"%d" % number for number in range(10_000))
    signed = ((text, private.sign(text, PKCS1v15(), hashes.SHA256())) for text in texts)
    text, signature = next((text, signature) for text, signature in signed if not signature[0])
    assert key.verifies(text, signature)
    assert key.verifies(text, signature.lstrip(b"\0"))
    assert not key.verifies(text, signature.lstrip(b"\0") + b"\0")
    assert not key.verifies(text + b".", signature)
    assert not key.verifies(text, b"")


@pytest.mark.parametrize("modulus", [BIG + 1, (1 << 2048) - 1])
def test_a_modulus_that_is_none_verifies_nothing(modulus):
    assert not key_record((record_of_modulus(modulus),), "rsa-sha256").key.verifies(b"x", b"y" * 256)
