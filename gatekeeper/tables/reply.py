"""reply: the error texts of sendmail's mailertable and access map, as SMTP replies.

What the text becomes was compared with sendmail 8.17: the code is the three digits that the text begins with, else
553; the enhanced status is the one in the text, else the one before it, else `5.0.0` (`4.0.0`), and `5.3.0` when there
is no code. A text without a code is therefore permanent, even behind `4.7.1:`, and one with `250` would be a promise
that nobody keeps: the first is warned of, the second is an error and read as 553. It never fails.
"""

from gatekeeper.tables.text import Reader
from gatekeeper.values import Reply

_WITHOUT_CODE = (553, "5.3.0")
_LONGEST_TEXT = 450  # with code and status within the 512 octets of RFC 5321 §4.5.3.1.5


def error_reply(value: str, reader: Reader, *, keywords: bool = False) -> Reply | None:
    """What stands behind `error:` as a reply, or None (reported) if nothing does.

    With `keywords`, as in a mailertable, `word:` in front (`nouser:`, `nohost:`) is taken off as the status is.
    """
    status, text = _behind_status(value.strip(), keywords)
    text = _unquoted(text)
    if not text:
        reader.error("the error has no text", "write error:5.1.1:550 and the text for the sender")
        return None
    code, rest = _behind_code(text, reader)
    first, _, behind = rest.partition(" ")
    if code and _is_status(first):
        status, rest = first, behind
    if not code:
        code, status = _WITHOUT_CODE
    status = status or f"{code // 100}.0.0"
    if status[0] != str(code // 100):
        reader.warn(f"{code} and {status} contradict each other", "senders go by the first; let both begin alike")
    return Reply(code, status, (_printable(rest, reader),))


def _behind_status(value: str, keywords: bool) -> tuple[str, str]:
    """The enhanced status in front, or empty, and the text behind it."""
    word, colon, rest = value.partition(":")
    if not colon or " " in word:
        return "", value
    status = _unquoted(word) if keywords else word
    if _is_status(status):
        return status, rest.strip()
    return "", rest.strip() if keywords or (status.count(".") == 2 and '"' not in status) else value


def _behind_code(text: str, reader: Reader) -> tuple[int, str]:
    """The reply code in front, or 0, and the text behind it."""
    code, rest = text[:3], text[3:]
    if not (len(code) == 3 and code.isascii() and code.isdigit() and rest[:1] in ("", " ", "\t")):
        reader.warn("no SMTP code, so senders get 553 5.3.0", "begin the text with 550, or with 451 to defer")
        return 0, text
    if code[0] not in "45":
        reader.error(f"{code} is not an error", "use 550 to refuse or 451 to defer")
        return 0, rest.strip()
    return int(code), rest.strip()


def _is_status(word: str) -> bool:
    """`D.S.N` of RFC 3463 §2 in a negative class."""
    numbers = word.split(".")
    return (
        len(numbers) == 3
        and numbers[0] in ("4", "5")
        and all(number.isascii() and number.isdigit() and len(number) <= 3 for number in numbers)
    )


def _unquoted(text: str) -> str:
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


def _printable(text: str, reader: Reader) -> str:
    """`text` as a reply may carry it: printable ASCII on one line (RFC 5321 §4.2)."""
    if not text.isascii():
        reader.warn("a reply can only carry ASCII, the rest becomes ?", "write the text in ASCII")
    return "".join(character if " " <= character <= "~" else "?" for character in text)[:_LONGEST_TEXT]
