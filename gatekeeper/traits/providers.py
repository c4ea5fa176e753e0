"""providers: who gives mailboxes to everybody, and names that are borrowed most. Plain data, of 2002 as of today."""

from collections.abc import Mapping

_FAMILIES = (
    "yahoo.com ymail.com rocketmail.com yahoodns.net yahoo.co.uk yahoo.ca yahoo.fr yahoo.de yahoo.co.in geocities.com",
    "hotmail.com msn.com live.com outlook.com passport.com microsoft.com hotmail.co.uk hotmail.fr",
    "aol.com aim.com netscape.net netscape.com compuserve.com cs.com aol.net mx.aol.com",
    "gmail.com googlemail.com google.com",
    "excite.com",
    "juno.com netzero.net netzero.com untd.com",
    "lycos.com mailcity.com lycos.co.uk",
    "mail.com email.com usa.net postmaster.co.uk iname.com consultant.com",
    "eudoramail.com whowhere.com",
    "angelfire.com",
    "earthlink.net mindspring.com",
    "netzero.net",
    "caramail.com",
    "btamail.net.cn",
    "mail.ru inbox.ru list.ru bk.ru",
    "yandex.ru yandex.com ya.ru yandex.net",
    "gmx.de gmx.net gmx.com web.de",
    "icloud.com me.com mac.com apple.com",
    "163.com 126.com yeah.net netease.com",
    "qq.com foxmail.com tencent.com",
    "sina.com sina.cn sohu.com",
    "protonmail.com proton.me protonmail.ch pm.me",
    "naver.com",
    "daum.net hanmail.net",
    "zoho.com zohomail.com",
    "aliyun.com",
)
FREE_MAIL: Mapping[str, frozenset[str]] = {
    domain: frozenset(family.split()) for family in _FAMILIES for domain in family.split()
}
"""By each domain all that belong to the same provider."""

BRANDS: Mapping[str, tuple[str, ...]] = {
    "paypal": ("paypal.",),
    "amazon": ("amazon.", "amazonses.", "amazonaws."),
    "ebay": ("ebay.",),
    "apple": ("apple.", "icloud.", "me.com"),
    "icloud": ("apple.", "icloud."),
    "microsoft": ("microsoft", "outlook.", "live.", "msn.", "office", "azure", "windows", "hotmail.", "skype."),
    "office 365": ("microsoft", "office"),
    "netflix": ("netflix.",),
    "dhl": ("dhl.",),
    "fedex": ("fedex.",),
    "usps": ("usps.",),
    "docusign": ("docusign.",),
    "dropbox": ("dropbox",),
    "linkedin": ("linkedin.",),
    "facebook": ("facebook", "fb.", "meta."),
    "instagram": ("instagram.", "facebook", "meta."),
    "whatsapp": ("whatsapp.", "facebook", "meta."),
    "wells fargo": ("wellsfargo",),
    "bank of america": ("bankofamerica", "bofa."),
    "american express": ("americanexpress.", "aexp."),
    "mastercard": ("mastercard.",),
    "coinbase": ("coinbase.",),
    "binance": ("binance.",),
    "metamask": ("metamask.", "consensys."),
    "trust wallet": ("trustwallet.",),
    "ledger": ("ledger.",),
    "norton": ("norton", "symantec.", "gendigital."),
    "mcafee": ("mcafee.", "trellix."),
    "geek squad": ("bestbuy.", "geeksquad."),
    "adobe": ("adobe.",),
    "wetransfer": ("wetransfer.",),
    "costco": ("costco",),
    "walmart": ("walmart",),
}
"""Names that pretend best, and how the domains of their owners begin."""

_SHORTENERS = """
    bit.ly t.co goo.gl tinyurl.com is.gd ow.ly buff.ly rebrand.ly cutt.ly rb.gy shorturl.at t.ly s.id lnkd.in v.gd
    tiny.cc bl.ink qrco.de linktr.ee urlz.fr n9.cl u.to
"""
SHORTENERS = frozenset(_SHORTENERS.split())
"""Hosts that lead on to anywhere."""

_FREE_PAGES = """
    weebly.com weeblysite.com wixsite.com blogspot.com web.app firebaseapp.com netlify.app vercel.app pages.dev
    workers.dev r2.dev github.io glitch.me herokuapp.com 000webhostapp.com sites.google.com forms.gle webflow.io
    square.site godaddysites.com myportfolio.com canva.site repl.co azurewebsites.net web.core.windows.net
    blob.core.windows.net translate.goog ipfs.io dweb.link geocities.com tripod.com angelfire.com notion.site
    jimdosite.com mystrikingly.com firebasestorage.googleapis.com storage.googleapis.com
"""
FREE_PAGES = tuple(_FREE_PAGES.split())
"""Where everybody can put a page without saying who they are."""
