"""registry: every `eval:` function that runs here by its name, the old names among them.

Why others do not run says `elsewhere`; a name in neither is unknown.
"""

from collections.abc import Mapping
from inspect import signature
from types import MappingProxyType

from gatekeeper.spamassassin.evals import (
    anti_virus,
    authentication,
    bayes,
    body_eval,
    free_mail,
    from_name_spoof,
    header_dates,
    header_eval,
    header_forged,
    header_lists,
    header_recipients,
    html_eval,
    image_info,
    mime_eval,
    pdf_info,
    relay_eval,
    subject_lists,
    uri_eval,
    uri_hosts,
    vbounce,
    wlbl_eval,
)
from gatekeeper.spamassassin.evals.contract import Eval

_MODULES = (
    anti_virus,
    authentication,
    bayes,
    body_eval,
    free_mail,
    from_name_spoof,
    header_dates,
    header_eval,
    header_forged,
    header_lists,
    header_recipients,
    html_eval,
    image_info,
    mime_eval,
    pdf_info,
    relay_eval,
    subject_lists,
    uri_eval,
    uri_hosts,
    vbounce,
    wlbl_eval,
)

_RENAMED = {"welcomelist": "whitelist", "blocklist": "blacklist"}
"""What was called otherwise before SpamAssassin 4, and still is in rule files."""


_PLAIN: dict[str, Eval] = {work.__name__: work for module in _MODULES for work in module.FUNCTIONS}
_NAMED = {**_PLAIN, **authentication.SPF_FUNCTIONS, "check_dkim_verified": authentication.check_dkim_valid}


def _old_names() -> dict[str, Eval]:
    return {
        name.replace(new, old): work for name, work in _NAMED.items() for new, old in _RENAMED.items() if new in name
    }


EVALS: Mapping[str, Eval] = MappingProxyType({**_NAMED, **_old_names()})


def fits(name: str, arguments: int) -> bool:
    """Whether a function takes so many arguments."""
    try:
        signature(EVALS[name]).bind(None, *[""] * arguments)
    except TypeError:
        return False
    return True
