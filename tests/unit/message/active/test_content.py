from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.active import Payload, active_content

ZIP = b"PK\x03\x04" + bytes(60) + b"a zip, as far as anybody looks"
B64 = b64encode(ZIP)


def names(text: bytes, kind: str = "html") -> set[str]:
    return {anomaly.name for anomaly in active_content(text, kind).anomalies}


def payloads(text: bytes, kind: str = "html") -> tuple[Payload, ...]:
    return active_content(text, kind).payloads


def smuggler(literal: bytes, decode: bytes = b"atob(%b)") -> bytes:
    made = decode % literal
    return (
        b"<html><script>var b=%b;var a=document.createElement('a');"
        b"a.href=URL.createObjectURL(new Blob([b]));a.download='invoice.zip';a.click()</script></html>" % made
    )


@pytest.mark.parametrize(
    ("literal", "decode"),
    [
        (b'"' + B64 + b'"', b"atob(%b)"),
        (b"'" + B64[:50] + b"' + '" + B64[50:] + b"'", b"atob(%b)"),
        (b"`" + B64 + b"`", b"atob(%b)"),
        (b'"' + b64encode(B64) + b'"', b"atob(atob(%b))"),
        (b'"' + B64.replace(b"A", b"\\x41") + b'"', b"atob(%b)"),
        (b'"' + B64.replace(b"A", b"\\u0041") + b'"', b"atob(%b)"),
        (b'"' + B64[:40] + b"\\\n" + B64[40:] + b'"', b"atob(%b)"),
        (b'"' + ZIP.hex().encode() + b'"', b"fromHex(%b)"),
        (b'"' + b"".join(b"%%%02x" % byte for byte in ZIP) + b'"', b"unescape(%b)"),
        (b'["' + B64[:64] + b'",\n "' + B64[64:] + b'"].join("")', b"atob(%b)"),
        (b"'" + B64[:64] + b"'; x += '" + B64[64:] + b"'", b"atob(x=%b)"),
        (b"'" + B64[::-1] + b"'.split('').reverse().join('')", b"atob(%b)"),
        (b", ".join(b"%d" % byte for byte in ZIP), b"new Uint8Array([%b])"),
        (b",".join(b"0x%02x" % byte for byte in ZIP), b"String.fromCharCode(%b)"),
    ],
)
def test_a_file_that_a_script_makes_is_found_with_its_name(literal, decode):
    text = smuggler(literal, decode)
    assert "html.smuggling" in names(text)
    assert any(found.data == ZIP and "invoice.zip" in found.names for found in payloads(text))


@pytest.mark.parametrize(
    "words",
    [
        b"window['create'+'ObjectURL']; new Blob([x]); a['down'+'load']='x.zip'",
        b"navigator.msSaveOrOpenBlob(new Blob([x]), 'x.zip')",
        b"URL['\\x63reateObjectURL'](new Blob([x]));a.setAttribute('download','x.zip')",
        b"a.href='data:application/octet-stream;base64,'+x;a.download='x.zip'",
        b"f=new File([x],'x.zip');URL.createObjectURL(f)",
    ],
)
def test_a_file_whose_bytes_are_not_found_is_known_by_its_name(words):
    text = b"<script>" + words + b"</script>"
    assert "html.smuggling" in names(text)
    assert any("x.zip" in found.names for found in payloads(text))


def test_a_link_that_saves_what_it_holds_needs_no_script():
    text = b'<a download="x.zip" href="data:application/zip;base64,' + B64 + b'">open</a>'
    assert names(text) >= {"html.smuggling", "html.data-uri"}
    assert payloads(text) == (Payload(("x.zip",), ZIP),)


@pytest.mark.parametrize(
    "page",
    [
        b"<script>go()</script>",
        b"<SCRIPT\n>go()</SCRIPT>",
        b"<script/x>go()</script>",
        b"<script src=//host.example/x.js></script>",
        b"<!-- <a b='--><script>go()</script>",
        b"<x:script xmlns:x='http://www.w3.org/1999/xhtml'>go()</x:script>",
        b"<script>go()",
        "<script>go()</script>".encode("utf-16"),
        "<script>go()</script>".encode("utf-16-be"),
        b"<sc\0ript>go()</script>",
        b"+ADw-script+AD4-go()+ADw-/script+AD4-",
    ],
)
def test_a_script_is_found_however_it_is_written(page):
    assert "html.script" in names(page)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<p>Hello, once = twice, javascript: is a language. data: 1, 2</p>",
        b'<script type="application/ld+json">{"@context": "http://schema.org"}</script>',
        b'<a href="https://host.example/?onload=1&download=2">see</a>',
        b'<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==">',
        b'<form action="https://host.example"><input type="text" name="q"></form>',
        b'<meta http-equiv="refresh" content="30">',
        b"<svgfoo><description>&#8217;&#160;&amp;</description>",
    ],
)
def test_ordinary_pages_are_not_active(page):
    assert names(page) == set()


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (b"<body onload=go()>", "html.event-handler"),
        (b"<img src=x OnError='go()'>", "html.event-handler"),
        (b"<svg/onload=go()>", "html.event-handler"),
        (b'<a href="javascript:go()">', "html.script-link"),
        (b'<a href="java\nscript:go()">', "html.script-link"),
        (b'<a href="&#106;avascript:go()">', "html.script-link"),
        (b'<a href="&#x6A;avascript&colon;go()">', "html.script-link"),
        (b"<iframe src=https://host.example>", "html.iframe"),
        (b"<iframe srcdoc='<p>x'>", "html.iframe"),
        (b"<object data=x.swf>", "html.object"),
        (b'<form action=x><input type="password">', "html.form-password"),
        (b'<meta http-equiv="Refresh" content="0; URL=\'https://host.example\'">', "html.meta-refresh"),
        (b"<script>window.location.href = 'https://host.example'</script>", "html.script-redirect"),
        (b"<body onload='document.getElementById(1).click()'><a id=1 href=x>", "html.script-redirect"),
        (b"<hta:application id=x>", "html.hta"),
        (b"<iframe src='search-ms:query=x&crumb=location:\\\\host'>", "html.protocol"),
        (b"<script>new ActiveXObject('WScript.Shell')</script>", "html.activex"),
        (b'<script language=vbscript>Set x = CreateObject("a")</script>', "html.activex"),
        (b"<script>eval(function(p,a,c,k,e,d){})</script>", "html.obfuscated-script"),
        (b'<script>document.write(unescape("' + b"%3Cp%3E" * 40 + b'"))</script>', "html.obfuscated-script"),
        (b"<script>" + b"".join(b"var _0x%04x=1;" % n for n in range(20)) + b"</script>", "html.obfuscated-script"),
        (b'<a href="data:text/html;base64,PHNjcmlwdD5nbygpPC9zY3JpcHQ+">', "html.data-uri"),
    ],
)
def test_what_is_active_has_a_name(page, name):
    assert name in names(page)


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (b"<script>go()</script>", "svg.script"),
        (b"<script><![CDATA[go()]]></script>", "svg.script"),
        (b"<script xlink:href='https://host.example/x.js'/>", "svg.script"),
        (b"<s:script xmlns:s='http://www.w3.org/2000/svg'>go()</s:script>", "svg.script"),
        (b"<rect onclick='go()'/>", "svg.event-handler"),
        (b"<animate onbegin='go()'/>", "svg.event-handler"),
        (b"<a xlink:href='javascript:go()'>", "svg.script-link"),
        (b"<foreignObject><p/></foreignObject>", "svg.foreign-object"),
        (b"<image xlink:href='https://host.example/x.png'/>", "svg.external"),
        (b"<use href='data:image/svg+xml;base64,PHN2Zz48c2NyaXB0Lz48L3N2Zz4='/>", "svg.data-uri"),
        (b"<script>location='data:text/html,<p>hello'</script>", "svg.data-uri"),
    ],
)
def test_what_is_active_in_a_picture_has_a_name(page, name):
    assert name in names(b"<svg xmlns='http://www.w3.org/2000/svg'>" + page + b"</svg>", "svg")


def test_a_picture_that_only_shows_something_is_not_active():
    picture = (
        b'<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]><svg xmlns="&ns_svg;"><style>a{}</style>'
        b'<image href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="/><use href="#a"/></svg>'
    )
    assert names(picture, "svg") == set()


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (b'<!DOCTYPE x [<!ENTITY y "<script>">]><x/>', "xml.entity"),
        (b'<!DOCTYPE x [<!ENTITY % y SYSTEM "http://host.example">]><x/>', "xml.external-entity"),
        (b'<?xml-stylesheet type="text/xsl" href="x.xsl"?><x/>', "xml.stylesheet"),
        (b'<h:script xmlns:h="http://www.w3.org/1999/xhtml">go()</h:script>', "xml.script"),
    ],
)
def test_what_is_active_in_xml_has_a_name(page, name):
    assert name in names(page, "xml")


def test_a_script_by_itself_is_looked_at_too():
    text = b'var s = new ActiveXObject("WScript.Shell"); var d = "' + B64 + b'"'
    assert names(text, "script") == {"script.activex"}
    assert payloads(text, "script") == (Payload((), ZIP),)


def test_a_page_in_a_frame_is_carried():
    (carried,) = payloads(b'<iframe srcdoc="&lt;script&gt;go()&lt;/script&gt;">')
    assert carried == Payload(("srcdoc.html",), b"<script>go()</script>")


def test_links_are_where_it_leads():
    page = b"<script src=//a.example/x.js></script><form action='https://b.example/'><iframe src=/local>"
    assert active_content(page, "html").links == ("//a.example/x.js", "https://b.example/")


def test_a_page_too_intricate_to_be_read_to_its_end_says_so():
    assert "limit.active" in names(b"<iframe>" * 3000)


@pytest.mark.parametrize("kind", ["zip", "text", "png"])
def test_other_kinds_do_nothing(kind):
    assert names(b"<script>go()</script>", kind) == set()


PIECES = (
    b"<script|>|'|\"|data:|text/html,|on|load=|&#106;|<|\\x41|+|[1,|+ADw-|\xff|=| |<svg |url=|<iframe srcdoc=|%41|`"
    b"|atob(|<meta http-equiv=refresh content="
).split(b"|")


@given(st.lists(st.sampled_from(PIECES)))
def test_nothing_raises(pieces):
    for kind in ("html", "svg", "xml", "script"):
        active_content(b"".join(pieces), kind)
