"""text: what a message says to its reader. `texts` is the way in; `text_of` does one part."""

from gatekeeper.message.text.links import Link, is_address
from gatekeeper.message.text.normal import Normal, normal
from gatekeeper.message.text.page import Hidden, Page, read_page
from gatekeeper.message.text.reading import MessageText, Text, text_of, texts
from gatekeeper.message.text.urls import Url, domain_of, has_known_suffix, url_of

__all__ = [
    "Hidden",
    "Link",
    "MessageText",
    "Normal",
    "Page",
    "Text",
    "Url",
    "domain_of",
    "has_known_suffix",
    "is_address",
    "normal",
    "read_page",
    "text_of",
    "texts",
    "url_of",
]
