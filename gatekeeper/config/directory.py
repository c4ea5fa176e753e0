"""directory: how an LDAP server or Active Directory is asked whose an address is.

The password stands in a file of its own: nothing here is secret, so the configuration can be shown.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


class Directory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[directory]: for domains with verify = "ldap"."""

    servers: list[str] = []  # "ldaps://dc1.company.example", "ldap://10.0.0.6:389"; when one fails, the next is asked
    starttls: bool = True  # with ldap://: encrypt before anything is said
    ca_file: str = ""  # PEM, who signed the servers' certificates; empty: whom the system trusts
    bind_dn: str = ""  # the account that asks: a DN, with Active Directory also name@domain; empty: nobody
    password_file: str = ""  # a file with its password and nothing else
    search_base: str = ""  # "dc=company,dc=example": below this the mailboxes are
    filter: str = "(proxyAddresses=smtp:%s)"  # what finds the owner of the address %s
    primary: str = "proxyAddresses"  # where its own address stands; of proxyAddresses the value that begins with SMTP:
    timeout: Seconds = 3.0  # one address, all servers together
    outstanding: Count = 100  # questions that one worker has open at one server
    ttl: Seconds = 3600.0  # how long an answer is good
    negative_ttl: Seconds = 300.0  # how long it is that there is no such mailbox
    stale: Annotated[float, Meta(ge=0)] = 604_800.0  # how old an answer may be when no server answers; 0: none serves
    cache: Count = 50_000  # mailboxes that are remembered, and as many addresses that are none
