"""phrases: a word of the classifier → what it says, for people: `no:cc` is "there is no Cc field". It cannot fail.

The words are those of `gatekeeper.classifier.words`, whose modules say exactly when each is found.
"""

_IN = {
    "subj": "in the subject",
    "from": "in From",
    "to": "in To or Cc",
    "rtrn": "in Return-Path",
    "rcvd": "in Received",
    "head": "in the header",
    "mime": "in the header of a part",
    "url": "where a link leads",
    "top": "in the subject or the first words of the text",
    "mid": "what made the Message-ID",
    "type": "the type of the message",
    "tree": "the types of its parts, in order",
    "charset": "a charset",
    "ext": "the ending of a file's name",
    "kind": "what an attachment is",
    "num": "a number at the top of the text",
    "sender": "the domain in From",
}
_PLACES = {"subj": "the subject", "text": "the top of the text"}
_EIGHTHS, _TWENTIETHS, _TENS = 8, 5, 10
_MOST = {"length": 30, "bang": 20, "dollar": 10, "parts": 9, "count": 5, "long": 20}


def phrase(word: str) -> str:
    """A short text; nothing for what is plainly a word of the text."""
    prefix, colon, rest = word.partition(":")
    if not colon:
        return "two words side by side" if "+" in word[1:-1] else ""
    if prefix in _IN:
        return _IN[prefix]
    field = rest.title()
    if prefix in ("length", "bang", "dollar", "upper"):
        return _manner(prefix, _PLACES.get(rest[:4], rest[:4]), rest[4:])
    if prefix == "count":
        name = rest.rstrip("0123456789")
        return f"addresses in {name.title()}: {_up_to(prefix, rest[len(name) :])}"
    if prefix == "long":
        return f"something that begins with {rest[:1]} and has {_tens(rest[1:])} characters"
    said = {
        "no": f"there is no {field} field",
        "order": "in which order the fields of the header come",
        "called": f"{field} has a name beside the address",
        "uncalled": f"{field} has an address without a name",
        "parts": f"parts: {_up_to(prefix, rest)}",
        "link": f"there is a link in: {rest}",
        "hidden": f"text is hidden: {rest}",
    }
    return said.get(prefix, "")


def _manner(prefix: str, place: str, number: str) -> str:
    amount = int(number) if number.isascii() and number.isdigit() and len(number) < _TENS else 0
    more = " or more" if amount == _MOST.get(prefix) else ""
    if prefix == "length":
        least = amount * _EIGHTHS
        return f"{place} has {least}{more or f' to {least + _EIGHTHS - 1}'} characters"
    if prefix == "upper":
        return f"{amount * _TWENTIETHS} % capitals in {place}"
    return f"{'exclamation marks' if prefix == 'bang' else 'dollar signs'} in {place}: {amount}{more}"


def _up_to(prefix: str, number: str) -> str:
    return number + (" or more" if number == str(_MOST.get(prefix)) else "")


def _tens(number: str) -> str:
    if number == str(_MOST["long"]):
        return "200 or more"
    return f"{number}0 to {number}9" if number else "many"
