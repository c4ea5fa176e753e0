"""locales: which character sets the languages of `ok_locales` are written in, and which look like capitals.

The process's own locale counts for nothing here; SpamAssassin adds it to `ok_locales`.
"""

from gatekeeper.spamassassin.evals.perl import fixed
from gatekeeper.spamassassin.options import Options

_CYRILLIC = "KOI8R KOI8U KOI8T ISOIR111 CP1251 GEORGIANPS PT154 CP866"
_TRADITIONAL = "BIG5HKSCS BIG5 EUCTW"
_SIMPLIFIED = "GB1988 GB2312 GB231219800 GB18030 GBK"
_SETS = {
    "ja": "EUCJP JISX020119760 JISX020819830 JISX020819900 JISX020819970 JISX021219900 JISX021320001 JISX021320002 "
    "SHIFT_JIS SHIFTJIS ISO2022JP SJIS JIS7 JISX0201 JISX0208 JISX0212",
    "ko": "EUCKR KSC56011987",
    "th": "TIS620",
    "zh": f"{_SIMPLIFIED} {_TRADITIONAL} ISO2022CN",
    **dict.fromkeys(("ru", "ka", "tg", "be", "uk", "bg"), _CYRILLIC),
}
_EVERYWHERE = ("ISO8859", "ISO10646", "UTF", "UCS", "CP125", "WINDOWS", "UNICODE11UTF7", "UNICODE11UTF8")
_EVERYWHERE_WHOLE = frozenset(("USASCII", "ASCII", "IBM852", "XUNKNOWN", "ISO"))
_CAPITALS = fixed(
    "^[-_a-z0-9]*(?:koi|jp|jis|euc|gb|big5|isoir|cp1251|windows-1251|georgianps|pt154|tis)[-_a-z0-9]*$", "i"
)


def spoken(options: Options, charset: str) -> bool:
    """Whether text in `charset` is in a language that `ok_locales` names."""
    locales = options.text("ok_locales", "all").split()
    name = "".join(letter for letter in charset.upper() if letter.isascii() and letter.isalnum()).removeprefix("3D")
    if "all" in locales or name in _EVERYWHERE_WHOLE or name.startswith(_EVERYWHERE):
        return True
    return any(name in _SETS.get(locale[:2], "").split() for locale in locales)


def likely_capitals(charset: str) -> bool:
    """Whether text in `charset`, seen as octets, is full of what looks like capitals."""
    return _CAPITALS.search(charset.encode("latin-1", "replace")) is not None
