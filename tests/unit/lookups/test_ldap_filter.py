"""Whatever an address holds, a filter compares it and does nothing else with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sansldap import FilterAnd, FilterEquality, FilterPresent, FilterSubstrings, LDAPFilter

from gatekeeper.lookups.ldap_filter import escaped, filter_for, filter_for_any

TEMPLATE = "(proxyAddresses=smtp:%s)"


def test_an_address_is_put_where_the_operator_says() -> None:
    assert filter_for("(&(mail=%s)(objectClass=user))", "kim@example.org") == FilterAnd(
        [FilterEquality("mail", b"kim@example.org"), FilterEquality("objectClass", b"user")]
    )
    assert escaped("kim.lee-1_x@example.org") == "kim.lee-1_x@example.org"


@pytest.mark.parametrize("hostile", ["*", "k*@example.org", "x)(mail=*", "a\\2a", "\0", "()", "%s", "ä@ö", " x ", "\n"])
def test_what_means_something_to_filters_is_compared_like_the_rest(hostile: str) -> None:
    assert filter_for(TEMPLATE, hostile) == FilterEquality("proxyAddresses", b"smtp:" + hostile.encode())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_address_comes_through_unchanged(address: str) -> None:
    assert filter_for(TEMPLATE, address) == FilterEquality("proxyAddresses", b"smtp:" + address.encode())


def test_octets_that_are_no_text_are_an_error() -> None:
    with pytest.raises(ValueError):
        filter_for(TEMPLATE, b"k\xedm@example.org".decode("utf-8", "surrogateescape"))


def test_what_any_address_could_find() -> None:
    assert filter_for_any(TEMPLATE) == FilterSubstrings("proxyAddresses", b"smtp:", [], None)
    assert filter_for_any("(mail=%s)") == FilterPresent("mail")


@pytest.mark.parametrize("template", ["mail=%s)", "((mail=%s)", "(mail=%s))", "(%s)", "(mail~%s)"])
def test_a_filter_that_is_none_is_an_error(template: str) -> None:
    with pytest.raises(ValueError):
        filter_for(template, "kim@example.org")
    assert isinstance(filter_for("(mail=%s)", "kim@example.org"), LDAPFilter)
