import pytest

from gatekeeper.protocols.capabilities import Capabilities
from gatekeeper.protocols.parameters import mail_parameters, rcpt_parameters
from gatekeeper.protocols.replies import CommandError

ALL = Capabilities(eightbit=True, smtputf8=True, dsn=True, size=0)
GOOD = {
    "": {},
    " SIZE=100": {"SIZE": "100"},
    " size=0  body=7bit": {"SIZE": "0", "BODY": "7BIT"},
    " BODY=8BitMime SMTPUTF8": {"BODY": "8BITMIME", "SMTPUTF8": ""},
    " RET=hdrs ENVID=Qq+3D1": {"RET": "HDRS", "ENVID": "Qq+3D1"},
}
BAD = {
    " SIZE": 501, " SIZE=": 501, " SIZE=x": 501, " SIZE=-1": 501, " SIZE=1x": 501, " SIZE=" + "9" * 21: 501,
    " SIZE=1001": 552, " SIZE=1 SIZE=1": 501, " SIZE=1 size=2": 501, " SIZE=²": 501,
    " BODY": 501, " BODY=9BIT": 501, " BODY=BINARYMIME": 504,
    " SMTPUTF8=yes": 501, " SMTPUTF8=": 501,
    " RET": 501, " RET=BOTH": 501, " ENVID": 501, " ENVID=a+b": 501, " ENVID=a+3d": 501, " ENVID=" + "a" * 101: 501,
    " AUTH=<>": 555, " AUTH=a": 555, " X-Y=1": 555, " =1": 501, " SIZE==1": 501, " -X": 501, " NOTIFY=NEVER": 555,
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), GOOD.items())
def test_good_parameters_of_mail(text, found):
    assert mail_parameters(text, ALL, 1000) == found


@pytest.mark.parametrize(("text", "code"), BAD.items())
def test_bad_parameters_of_mail(text, code):
    with pytest.raises(CommandError) as caught:
        mail_parameters(text, ALL, 1000)
    assert caught.value.reply.code == code


@pytest.mark.parametrize("text", [" SIZE=1", " BODY=7BIT", " BODY=8BITMIME", " SMTPUTF8", " RET=FULL", " ENVID=x"])
def test_what_was_not_offered_is_not_recognised(text):
    with pytest.raises(CommandError) as caught:
        mail_parameters(text, Capabilities(), 1000)
    assert (caught.value.reply.code, caught.value.reply.status) == (555, "5.5.4")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        (" NOTIFY=never", {"NOTIFY": "NEVER"}),
        (" NOTIFY=success,Delay,FAILURE", {"NOTIFY": "SUCCESS,DELAY,FAILURE"}),
        (" ORCPT=rfc822;Bob+40x", {"ORCPT": "rfc822;Bob+40x"}),
    ],
)
def test_good_parameters_of_rcpt(text, found):
    assert rcpt_parameters(text, ALL) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" NOTIFY", 501),
        (" NOTIFY=NEVER,DELAY", 501),
        (" NOTIFY=DELAY,DELAY", 501),
        (" NOTIFY=MAYBE", 501),
        (" NOTIFY=NEVER NOTIFY=NEVER", 501),
        (" ORCPT=bob", 501),
        (" ORCPT=rfc822;", 501),
        (" ORCPT=rfc822;" + "a" * 500, 501),
        (" SIZE=1", 555),
    ],
)
def test_bad_parameters_of_rcpt(text, code):
    with pytest.raises(CommandError) as caught:
        rcpt_parameters(text, ALL)
    assert caught.value.reply.code == code


def test_rcpt_has_no_parameters_without_dsn():
    with pytest.raises(CommandError) as caught:
        rcpt_parameters(" NOTIFY=NEVER", Capabilities())
    assert caught.value.reply.code == 555
