"""digest_page: a digest as a page that mail programs can show. Pure; it cannot fail.

They know little of style sheets, so it is made of tables, with the style beside each thing; what its head says is for
those that know dark colours. All that is put in is escaped. No picture, no script, nothing to be fetched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_INK, _MUTED, _LINE, _PAPER, _GROUND, _MAIN = "#1c2421", "#58635e", "#dcdfdc", "#ffffff", "#f6f7f6", "#23614f"


@dataclass(frozen=True, slots=True)
class Shown:
    """A link: what it says, where it leads, and whether it is what most will want."""

    label: str
    url: str
    main: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the list, in words."""

    subject: str
    sender: str
    held: str
    why: str
    links: Sequence[Shown] = ()


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below the list: of what is not listed, where all of it is, what links do. Empty: nothing of it."""

    more: str = ""
    site: str = ""
    links: str = ""


_DARK = """
@media (prefers-color-scheme: dark) {
  .ground { background: #131816 !important } .paper { background: #1b2220 !important; border-color: #34403b !important }
  .ink { color: #e4eae7 !important } .muted { color: #9faca6 !important } .line { border-color: #34403b !important }
  .link { color: #7cc4ac !important } .main { background: #7cc4ac !important; color: #0d1b16 !important }
}
@media (max-width: 480px) { .pad { padding-left: 18px !important; padding-right: 18px !important } }
"""

_PAGE = Markup(
    """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
<style>{dark}</style>
</head>
<body class="ground" style="margin:0;padding:0;background:{ground}">
<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="background:{ground}">
<tr><td align="center" style="padding:28px 10px">
<table role="presentation" class="paper" width="600" cellpadding="0" cellspacing="0" border="0" \
style="width:100%;max-width:600px;background:{paper};border:1px solid {line};border-radius:10px">
<tr><td class="pad" style="padding:26px 30px 18px;{font}">
<h1 class="ink" style="margin:0 0 6px;font-size:20px;line-height:1.3;font-weight:600;color:{ink}">{title}</h1>
<p class="muted" style="margin:0;font-size:14px;line-height:1.5;color:{muted}">\
{intro}</p>
</td></tr>
{rows}
<tr><td class="pad line" style="padding:18px 30px 24px;border-top:1px solid {line};{font}">
{foot}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
)
_ROW = Markup(
    """\
<tr><td class="pad line" style="padding:16px 30px 18px;border-top:1px solid {line};{font}">
<p class="ink" style="margin:0;font-size:16px;line-height:1.4;font-weight:600;color:{ink};\
word-break:break-word">{subject}</p>
<p class="ink" style="margin:2px 0 0;font-size:14px;line-height:1.5;color:{ink};word-break:break-word">{sender}</p>
<p class="muted" style="margin:2px 0 0;font-size:13px;line-height:1.5;color:{muted}">{held} &middot; {why}</p>
{links}
</td></tr>
"""
)
_LINKS = Markup(
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin-top:12px"><tr>{}</tr></table>'
)
_BUTTON = Markup(
    '<td style="padding-right:18px"><a class="main" href="{}" style="display:inline-block;padding:8px 18px;{};'
    'font-size:14px;font-weight:600;color:#ffffff;background:{};border-radius:6px;text-decoration:none">{}</a></td>'
)
_LINK = Markup(
    '<td style="padding-right:18px"><a class="link" href="{}" '
    'style="{};font-size:14px;color:{};text-decoration:underline">{}</a></td>'
)
_SAID = Markup('<p class="{}" style="margin:0 0 6px;font-size:{}px;line-height:1.5;color:{}">{}</p>')
_SITE = Markup('<a class="link" href="{}" style="color:{};text-decoration:underline">See all that is held for you</a>')


def page(title: str, intro: str, lines: Sequence[Line], foot: Foot) -> str:
    """The page."""
    colours = {"ink": _INK, "muted": _MUTED, "line": _LINE, "font": _FONT}
    rows = Markup("").join(
        _ROW.format(
            subject=line.subject, sender=line.sender, held=line.held, why=line.why, links=_links(line.links), **colours
        )
        for line in lines
    )
    below = Markup("\n").join(_foot(foot))
    dark = Markup(_DARK)  # noqa: S704  # our own
    return str(
        _PAGE.format(
            title=title, dark=dark, rows=rows, intro=intro, foot=below, ground=_GROUND, paper=_PAPER, **colours
        )
    )


def _links(links: Iterable[Shown]) -> Markup:
    cells = [
        _BUTTON.format(link.url, _FONT, _MAIN, link.label)
        if link.main
        else _LINK.format(link.url, _FONT, _MAIN, link.label)
        for link in links
    ]
    return _LINKS.format(Markup("").join(cells)) if cells else Markup("")


def _foot(foot: Foot) -> Iterable[Markup]:
    if foot.more:
        yield _SAID.format("ink", 14, _INK, foot.more)
    if foot.site:
        yield _SAID.format("ink", 14, _INK, _SITE.format(foot.site, _MAIN))
    if foot.links:
        yield _SAID.format("muted", 13, _MUTED, foot.links)
