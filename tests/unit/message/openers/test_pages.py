from base64 import b64encode

from gatekeeper.message.openers import pages as reader
from gatekeeper.message.openers.open import open_contents
from tests.unit.message.openers.reading import Found
from tests.unit.message.openers.tnefs import attachment, tnef

EXE = b"MZ" + bytes(100)
PAGE = (
    b"<script src=https://host.example/x.js></script><script>a.href=URL.createObjectURL(new Blob([atob('"
    + b64encode(EXE)
    + b"')]));a.download='invoice.exe'</script>"
)


def test_what_a_page_carries_are_members_and_where_it_leads_are_links():
    read = Found(reader, PAGE, "html")
    assert read.anomalies == ["html.script", "html.smuggling"]
    assert read.data == {"invoice.exe": EXE}
    assert read.links == ["https://host.example/x.js"]


def test_a_page_in_a_winmail_dat_is_opened():
    items = {item.path: item for item in open_contents(tnef(attachment(b"a.html", PAGE))).walk()}
    assert items["tnef:a.html/html:invoice.exe"].names == ("invoice.exe",)
    assert "html.smuggling" in {anomaly.name for anomaly in items["tnef:a.html"].anomalies}
