"""codec_names: which codec Perl's Encode finds for a charset's name, in Python's terms; empty for one it has not."""

import codecs
from functools import lru_cache

from gatekeeper.spamassassin.texts.patterns import CODE_PAGE, CODEC_NAME, ISO_8859

_CODECS = {
    "ascii": "ascii us-ascii us_ascii usascii ansi-x3.4-1968 ansi_x3.4-1968 ansi_x3.4_1968 646 iso-646 iso-646-us"
    " iso646-us iso646_us",
    "utf-8": "utf-8 utf8 utf_8 utf-8-strict x-utf-8 cp65001 x-cp65001",
    "iso8859-1": "latin1 latin-1 latin_1",
    "iso8859-2": "latin2 latin-2 mac-latin2 mac_latin2",
    "iso8859-3": "latin3 latin-3",
    "iso8859-4": "latin4 latin-4",
    "iso8859-9": "latin5 latin-5",
    "iso8859-10": "latin6 latin-6",
    "iso8859-13": "latin7 latin-7",
    "iso8859-14": "latin8 latin-8",
    "iso8859-15": "latin9 latin-9",
    "iso8859-16": "latin10 latin-10",
    "iso8859-5": "cyrillic",
    "iso8859-6": "arabic",
    "iso8859-7": "greek",
    "iso8859-8": "hebrew",
    "iso8859-11": "thai tis620 tis-620 tis_620 tis-620-0 tis-620-2529-0 tis-620-2529-1",
    "cp1252": "winlatin1",
    "cp949": "uhc ks_c_5601-1987 x-windows-949",
    "cp932": "windows-31j",
    "cp936": "gbk",
    "gb2312": "gb2312 gb-2312 gb_2312-80 gb2312-80 gb2312_80 gb2312-1980 gb2312_1980 euc-cn euc_cn euccn eucgb2312-cn"
    " eucgb2312_cn hz-gb-2312",
    "hz": "hz",
    "cp950": "big5 big-5 big5-eten cn-big5 x-big5 x-x-big5",
    "big5hkscs": "big5-hkscs big5_hkscs big5hkscs",
    "euc_jp": "euc-jp euc_jp eucjp ujis x-euc-jp",
    "shift_jis": "shift_jis shift-jis shiftjis sjis x-sjis",
    "iso2022_jp": "iso-2022-jp",
    "iso2022_jp_1": "iso-2022-jp-1",
    "iso2022_jp_ext": "jis 7bit-jis s-jis s_jis u-jis u_jis",
    "euc_kr": "euc-kr euc_kr euckr",
    "iso2022_kr": "iso-2022-kr",
    "johab": "johab",
    "koi8-r": "koi8-r koi8_r koi8r x-koi8-r",
    "koi8-u": "koi8-u",
    "mac-roman": "macintosh macroman mac-roman mac_roman x-mac-roman",
    "mac-cyrillic": "maccyrillic mac-cyrillic mac_cyrillic x-mac-cyrillic",
    "mac-greek": "macgreek mac-greek mac_greek",
    "mac-turkish": "macturkish mac-turkish mac_turkish",
    "hp-roman8": "hp-roman8 hp_roman8",
    "utf-7": "utf-7 utf7 utf_7 unicode-1-1-utf-7",
    "utf-16-be": "ucs-2 ucs2 iso-10646-1 utf-16be utf-16-be",
    "utf-32": "utf-32 utf32 utf_32 ucs-4",
    "utf-32-be": "utf-32be utf-32-be utf_32be",
    "utf-32-le": "utf-32le utf-32-le utf_32le",
}
_BY_NAME = {name: codec for codec, names in _CODECS.items() for name in names.split()}


@lru_cache(maxsize=512)
def codec_of(name: str) -> str:
    """Also by the end of a longer name: `x-iso-8859-2` is `iso-8859-2`."""
    name = name.lower()
    if found := _BY_NAME.get(name):
        return found
    if iso := ISO_8859.search(name):
        return _known(f"iso8859-{iso[1]}")
    if page := CODE_PAGE.search(name):
        return _known(f"cp{page[1]}")
    tail = CODEC_NAME.search(name)
    return _BY_NAME.get(tail[0], "") if tail else ""


def _known(codec: str) -> str:
    try:
        return codec if codecs.lookup(codec) else ""
    except LookupError:
        return ""
