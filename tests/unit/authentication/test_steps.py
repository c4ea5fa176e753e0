from gatekeeper.authentication.steps import asked, together
from gatekeeper.values import Absent, Dns
from tests.unit.authentication.world import World


def asks(*names, result):
    for name in names:
        question = Dns(name)
        answers = yield frozenset({question})
        assert answers == {question: Absent()}
    return result


def test_side_by_side():
    world = World()
    found = world.run(together([asks("a", "b", "c", result=1), asks(result=2), asks("a", "d", result=3)]))
    assert found == [1, 2, 3]
    assert world.rounds == [{Dns("a")}, {Dns("b"), Dns("d")}, {Dns("c")}]


def test_nothing_to_ask_is_not_asked():
    world = World()
    assert world.run(asked(frozenset())) == {}
    assert world.rounds == []
    assert world.run(asked(frozenset({Dns("a")}))) == {Dns("a"): Absent()}
