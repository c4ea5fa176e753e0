# ruff: noqa: E501 — a line of a message is a line here
"""pages: HTML and links of our own in which a reader's habits show, each named for the habit."""

from tests.unit.spamassassin.texts.mails import mixed, plain

_KIND = b"Content-Type: text/html; charset=utf-8"


def page(body: bytes | str, kind: bytes = _KIND) -> bytes:
    """A message that is one page."""
    return plain(body if isinstance(body, bytes) else body.encode(), kind)


_PAGES = {
    "paragraphs": "<html><body><h1>Top</h1><p>One  <b>two</b>\nthree<br>four</p><div>five</div><ul><li>six<li>seven</ul></body></html>",
    "a table": "<table><tr><th>a</th><td>b<td>c<tr><td>d</table> <table bgcolor=red><tr bgcolor='#fff'><td style='color:red'>e</table>",
    "entities": "&amp;&lt;&gt;&quot;&apos; &eacute;&eacute &copy2026 &euro; &euro &hellip;&nosuch; &#65;&#x42;&#67 &#0; &#x80; &#55357;&#56832; &#xD800; &#xFFFF; &#1114112;",
    "entities of Latin-1 alone": "caf&eacute; &nbsp;x&#160;y",
    "no-break spaces": "a&nbsp;b\u00a0c \u00a0 d\u2003e<p>\u00a0</p><p> </p>x",
    "quotes": "\u201ca\u201d <a title=\u201cb\u201d href=\u201chttp://q.example.com/\u201d>c</a>",
    "comments": "a<!-- b -->c<!-->d-->e<!--f--  >g<!- h>i<!>j<!k>l</ m>n<? o>p<!-- -- >q<!-->",
    "a comment without end": "a<!-- b <b>c</b> d > e",
    "a tag without end": 'a <b>b <i c="d > e',
    "a tag in the text": "a < b <3 c <d <e f> g>h <1>i <_j>k <:l>m",
    "attributes": '<a HREF=\'http://a.example.com/\' href=http://b.example.com/ checked=x c = "d" e>f</a><p x="y"z=w>g<p =\'h>i<p j=>k',
    "an end tag with quotes": "<b>a</b 'x>y'>b</b \"c>d</b x='>e'>f",
    "doctype": '<!DOCTYPE html PUBLIC "-//x//y" -- z -->a<!doctype b -c>d<!ENTITY e>f<!ELEMENT g>h',
    "sections": "a<![CDATA[b<i>c&amp;]]>d<![if !mso]>e<![endif]>f<!--[if x]>g<![endif]-->h<![INCLUDE[i]j]]>k<![IGNORE[l<b>m]]>n<![RCDATA[o&amp;<p>]]>q",
    "a section without end": "a<![CDATA[b<i>c",
    "scripts and styles": "a<script>b<c>'</script>d<style>e{f:g}</style>h<SCRIPT SRC=http://s.example.com/x.js></SCRIPT>i",
    "a script without end": "a<p>b<script>c <p>d",
    "a style without end": "a<style>b <p>c",
    "a title": "<title>A &amp; <b>B</title><body>c<title>D</title>",
    "a title without end": "a<title>b <p>c <title>d",
    "literal elements": "<textarea>a &amp; <b></textarea>c<xmp>d &amp; <b></xmp>e<iframe>f<b></iframe>g<plaintext>h<b></plaintext>i",
    "empty elements": "a<br/>b<hr />c<foo/>d<p\t/>e<x y/>f",
    "odd tags": "<foo>a</foo></b></p><o:p>b</o:p><st1:City>c</st1:City><nobr>d</nobr></i></i></nobr>",
    "words broken by tags": "v<b>i</b>ag<i>r</i>a te<!-- x -->xt f<b> oo</b> é<b>é</b>x a.<b>b</b>",
    "spaces around tags": "a <b> b </b> c<p> d </p> <p>e<br> f <br>g <td>h</td>  <td> i",
    "hidden text": "<body bgcolor=#ffffff text=black>a<font color=white>b</font><font color='#fefefe'>c</font><span style='display:none'>d</span><span style=' visibility : hidden '>e</span><font size=1>f</font><span style='color:transparent'>g</span><font color=nosuch>h</font>i",
    "styles": "<div style='color:#FFF;background-color:rgb(255,255,255)'>a</div><p style=\"COLOR: red !important; background: url(x.png) #eee, white\">b</p><td style='background-color:transparent;color:inherit'>c<div style='color:;color: ;x'>d<div style='color:rgb(10%, 20%,30%)'>e<span style='background:white;color:white'>f",
    "colours": "".join(
        f"<font color='{colour}'>x</font>"
        for colour in (
            "#f",
            "#ff",
            "#fff",
            "#ffff",
            "#fffffff",
            "fff",
            "ffffff",
            "WHITE",
            " white ",
            "rgb(255, 255, 255)",
            "rgb(100%,100%,100%)",
            "#",
            "",
            "LightGoldenRodYellow",
            "#xyz",
            "000",
        )
    ),
    "sizes": "<font size=7>a<font size=+2>b<font size=-9>c</font></font></font><basefont size=5><font size=+1>d</font><small>e<small>f<big>g</big></small></small>",
    "a size of many digits": "<font size=-12345678901>a</font><font size=+99999999999>b",
    "styles that are closed": "<table><tr><td><font color=white>a<td>b<tr><td>c</table><font color=white><div>d</font>e</div></body>f<font color=white></span>g",
    "pictures": "<img src=a.png width=100 height=50><img src=b.png width='50%' height='10%'><img width=0 height=x><img src=c.png width=5><a href=http://i.example.com/><img src=d.png>e</a>",
    "forms": "<form action='mailto:f@example.com'><input></form><form action=http://f.example.com/x></form><object></object><embed src=http://e.example.com/>",
    "fonts": "<font face='Arial, Helvetica'>a</font><font face='\"x y\", z1'>b</font><font face='!'>c</font>",
    "refresh": "<meta http-equiv=Refresh content='0; url = http://r.example.com/x;y'><meta http-equiv=content-type content='text/html; charset=x'>",
}

_LINKS = {
    "anchors": "<a href='http://a.example.com/x'>one <b>two</b></a><a href=http://a.example.com/x>three</a><a>four</a><a href=''>five</a><a href='#six'>six</a>",
    "relative links": "<base href='http://base.example.com/dir/page.html'><a href=x>1</a><a href=/y>2</a><a href=../z>3</a><a href='./a/./b/../c'>4</a><a href='?q'>5</a><a href=//www.other.example.com/p>6</a><a href=http:same>7</a><a href='x#f'>8</a><a href='.'>9</a><a href='..'>10</a>",
    "links without a base": "<a href=x>1</a><a href=/y>2</a><a href=//www.other.example.com/p>3</a><a href=//ftp.other.example.com/p>4</a><a href=www.w.example.com>5</a><a href='mailto:m@example.com?subject=x'>6</a><a href=' http://s.example.com/ \n x '>7</a>",
    "links of many tags": "<body background=http://1.example.com/><table background=http://2.example.com/><tr background=http://3.example.com/><td background=http://4.example.com/><area href=http://5.example.com/><link href=http://6.example.com/><iframe src=http://7.example.com/></iframe><a x/href=http://8.example.com/ href=http://9.example.com/>a</a><img x/src=http://10.example.com/><a data-saferedirecturl=http://11.example.com/ href=http://12.example.com/>b</a>",
    "links that are not followed": "<a href='javascript:alert(1)'>1</a><a href='cid:x@y'>2</a><a href='data:text/html,x'>3</a><a href='tel:+1'>4</a><a href='FILE:x'>5</a>",
    "escapes": "<a href='http://%77ww.ex%61mple.com/%2e%20%41%zz'>1</a><a href='http://www&#46;example.com/'>2</a><a href='http:\\\\back.example.com\\x'>3</a><a href='http:one.example.com'>4</a><a href='http://two.example.com?q'>5</a><a href='http://three.example.com#f'>6</a><a href='&amp;#119;ww.four.example.com'>7</a><a href='http://a b.example.com/'>8</a>",
    "ports and users": "<a href='http://a.example.com:80/x'>1</a><a href='https://b.example.com:443/x'>2</a><a href='http://c.example.com:8080'>3</a><a href='http://user:pw@d.example.com/'>4</a><a href='http://a@b@e.example.com/'>5</a><a href='HTTP://F.EXAMPLE.COM:80/'>6</a><a href='http://g.example.com:/'>7</a>",
    "numbers as hosts": "<a href='http://192.0.2.1/'>1</a><a href='http://0xc0.0x00.0x02.0x01/'>2</a><a href='http://0300.0.02.01/'>3</a><a href='http://3221225985/'>4</a><a href='http://0xc0000201/'>5</a><a href='http://10.0.0.1/'>6</a><a href='http://99999999999/'>7</a><a href='http://[2001:db8::1]/'>8</a>",
    "hosts of one word": "<a href='http://intranet/'>1</a><a href='http://www.intranet/x'>2</a><a href='http://localhost/'>3</a><a href='http://com/'>4</a><a href='https://word/'>5</a>",
    "hosts with odd ends": "<a href='http://a.example.com./'>1</a><a href='http://b.example.com!!!'>2</a><a href='http://c.example.com&x=y/'>3</a>",
    "redirectors": "<a href='http://r.example.com/?u=http://to.example.org/x&y=z'>1</a><a href='http://www.google.com/url?a=b&q=http://g.example.org/'>2</a><a href='http://r.example.com/http:/one.example.net/http://two.example.net'>3</a>",
    "hosts beyond ASCII": "<a href='http://bücher.example.com/é'>1</a><a href='http://example.com/日本'>2</a>",
}

TEXTS = {
    "links in text": b"See http://a.example.com/x, https://b.example.com. (http://c.example.com/y) <ftp://d.example.com> www.e.example.com/z! WWW2.f.example.com ftp.g.example.com",
    "bare hosts": b"at h.example.com or i.example.com/path or j.example.com:80 or k.example.com. or l.example.com, m.example.com) n.example.invalid 3.14 a.b. x.example.com_y -o.example.com _p.example.com q.example.com/",
    "addresses in text": b"mail a@example.com, <b@example.org>; mailto:c@example.net?x d@example (e@example.co.uk) f@@example.com g@h@example.com skype:i@example.com j%40example.com k@example.com&l [cid:m@example.com] n@ex\xe9mple.com",
    "brackets in links": b"http://a.example.com/x(y)z http://b.example.com/x)y http://c.example.com/(x)) http://d.example.com/x[y http://e.example.com/x'y",
    "many links in one word": b"http://a.example.com,http://b.example.com;c.example.com|d.example.com/e.example.com a.example.com/b/c.py:1",
    "escaped addresses": b"mailto:a%40example.com mailto:%20b@example.com b@example%2Ecom c@d%2eexample.com?x",
    "odd spaces": b"a\xa0b.example.com\xa0c \x1b(Bd.example.com\x1b(J http:// http:x e://f.example.com",
    "hosts that cannot be": b"http://a_b.example.com http://a.b_c.com http://-a.example.com http://a..example.com "
    + b"x" * 70
    + b".example.com",
    "schemes in words": b"xhttp://a.example.com http://b.example.com/http://c.example.com _www.d.example.com e-www.f.example.com",
}

PAGES = {name: page(text) for name, text in (_PAGES | _LINKS).items()}
PAGES |= {f"{name}, in text": plain(text + b"\n") for name, text in TEXTS.items()}
PAGES |= {f"{name}, in a page": page(b"<p>" + text.replace(b"<", b"&lt;") + b"</p>") for name, text in TEXTS.items()}
PAGES |= {
    "an empty page": page(b""),
    "a page in ASCII": page(
        "<p>caf&eacute; \u00a0".encode("latin-1").replace(b"\xa0", b"&#160;"), b"Content-Type: text/html"
    ),
    "a page in Latin-1": page("<p>Grüße <b>ü</b>".encode("latin-1"), b"Content-Type: text/html; charset=iso-8859-1"),
    "a page in an unknown charset": page("<p>Grüße".encode("latin-1"), b"Content-Type: text/html; charset=x-no"),
    "a page of spaces": page(b"<p>a\v\f\x85b\x1cc"),
    "two pages": mixed(
        b"Content-Type: text/html\n\n<p>one<a href=http://1.example.com/>a</a>",
        b"Content-Type: text/html\n\n<p>two<a href=http://1.example.com/>b</a>",
    ),
    "text and page": mixed(b"\nplain\n", b"Content-Type: text/html\n\n<p>html &euro;", kind=b"alternative"),
    "a long page": page(b"<p>" + b"<b>word</b> " * 9000),
    "signatures": plain(
        b"hello\n",
        b"DKIM-Signature: v=1; d=example.com; b=x",
        b"DomainKey-Signature: a=x; d = sub.example.co.uk\n\t; q=y",
    ),
}
