"""web: where the pages for reviewing are served, under which name, and how people sign in."""

from typing import Annotated

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[web]: the pages on which held mail is reviewed."""

    listen: list[str] = []  # "127.0.0.1:8080"; off this machine only with a certificate or behind a proxy; empty: none
    url: str = ""  # how people reach them, "https://quarantine.company.example"; stands in mails with links
    certificate: str = ""  # PEM chain; empty: no TLS of our own
    key: str = ""  # PEM private key, if it is not in the same file
    proxy_networks: list[str] = []  # proxies before us that do TLS, whose X-Forwarded-For and -Proto are believed
    links: bool = True  # whoever has a mailbox here may ask for a link by mail that signs them in; needs url
    link_lifetime: Seconds = 900.0  # how long such a link is good
    directory: bool = False  # names and passwords of [directory] sign in, too
    user_filter: str = "(|(sAMAccountName=%s)(userPrincipalName=%s)(uid=%s)(mail=%s))"  # who signs in as %s there
    idle: Seconds = 3600.0  # a session without a request ends
    session: Seconds = 43_200.0  # and so does any after this long
    connections: Count = 200  # at a time, then 503
