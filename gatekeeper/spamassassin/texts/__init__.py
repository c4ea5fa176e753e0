"""texts: what SpamAssassin's rules look at, rendered from a message as SpamAssassin renders it.

    texts        all of them for one message: begin here
    tree         the message taken apart: headers, multipart, node, content_type, encodings, charsets
    fields       what `header` rules see, with their modifiers: addresses, hosts, from_to, sender
    relays       the servers it came by: received, received_patterns, authenticated_by
    body         the text in paragraphs, its HTML rendered: page, html_events, html_tags, html_style, html_links
    uris         every link with all its forms: uri_text, uri_forms, uri_reference
    surroundings what of rule files and settings bears on it

SpamAssassin 4.0.1 as Debian has it is right wherever the two differ.
"""

from gatekeeper.spamassassin.texts.surroundings import Surroundings, surroundings_of
from gatekeeper.spamassassin.texts.texts import SaTexts, texts_of

__all__ = ["SaTexts", "Surroundings", "surroundings_of", "texts_of"]
