import json
import logging

from gatekeeper.observe.log import Json, Logfmt, event


def line(formatter: logging.Formatter, name: str, error: bool = False, **fields: object) -> str:
    logger, lines = logging.getLogger("test.observe"), []
    logger.setLevel(logging.INFO)
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(formatter.format(record))
    logger.addHandler(handler)
    try:
        if error:
            try:
                raise ValueError("boom\nforged=1")
            except ValueError:
                logger.exception(name)
        else:
            event(logger, name, **fields)
    finally:
        logger.removeHandler(handler)
    return lines[0]


def test_logfmt_is_one_line_of_pairs() -> None:
    got = line(Logfmt(), "message", id="abc", score=1.5, reply="550 5.7.1 no")
    assert got.startswith("time=2")
    assert got.endswith('level=info event=message id=abc score=1.5 reply="550 5.7.1 no"')


def test_a_sender_cannot_forge_a_line_or_a_pair() -> None:
    got = line(Logfmt(), "message", sender='a@b\r\ntime=x action="accept"', empty="", uni="\u202e\u2028")
    assert "\n" not in got
    assert "\r" not in got
    assert r'sender="a@b\r\ntime=x action=\"accept\""' in got
    assert 'empty=""' in got
    assert "\u2028" not in got


def test_json_is_one_object() -> None:
    got = json.loads(line(Json(), "message", id="abc", sender="a\nb"))
    assert (got["event"], got["id"], got["sender"], got["level"]) == ("message", "abc", "a\nb", "info")


def test_a_trace_stays_on_one_line() -> None:
    got = line(Logfmt(), "oops", error=True)
    assert "\n" not in got
    assert "ValueError" in got
