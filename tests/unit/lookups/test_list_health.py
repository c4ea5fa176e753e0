from gatekeeper.lookups.list_health import Health, Patience, State

PATIENCE = Patience(retest=100, pause=10, longest=80, apart=2, returns=3)


def trusted(at: float = 0.0) -> Health:
    health = Health(PATIENCE)
    assert health.begin(at)
    health.good(at)
    return health


def test_it_is_untested_until_a_test_went_well() -> None:
    health = Health(PATIENCE)
    assert (health.state, health.due(0)) == (State.UNTESTED, True)
    health.unknown(0)
    assert health.state is State.UNTESTED
    health.good(1)
    assert (health.state, health.due(2)) == (State.TRUSTED, False)


def test_a_trusted_one_is_tested_again_from_time_to_time() -> None:
    health = trusted()
    assert not health.begin(99)
    assert health.begin(100)
    assert not health.begin(101), "one test at a time"
    health.good(101)
    assert not health.due(200)
    assert health.due(201)


def test_a_test_without_an_answer_leaves_it_trusted_and_is_made_again_soon() -> None:
    health = trusted()
    health.begin(100)
    health.unknown(100)
    assert health.state is State.TRUSTED
    assert not health.due(159)
    assert health.due(160)


def test_one_that_is_suspended_comes_back_after_several_good_tests_some_time_apart() -> None:
    health, now = trusted(), 50.0
    health.bad("it lists everything", now)
    assert (health.state, health.why, health.until) == (State.SUSPENDED, "it lists everything", 60)
    assert not health.begin(59)
    tests = []
    for now in range(60, 100):
        if health.state is State.SUSPENDED and health.begin(now):
            health.good(now)
            tests.append(now)
    assert tests == [60, 62, 64]
    assert (health.state, health.why) == (State.TRUSTED, "")


def test_a_bad_test_among_good_ones_begins_the_wait_anew_and_longer() -> None:
    health = trusted()
    health.bad("bad", 50)
    health.begin(60)
    health.good(60)
    health.begin(62)
    health.bad("still bad", 62)
    assert (health.why, health.until) == ("still bad", 82)
    health.begin(82)
    health.unknown(82)
    assert health.until == 122


def test_it_stays_away_at_least_as_long_as_others_remember_what_it_said() -> None:
    health = trusted()
    health.bad("bad", 0, at_least=500)
    assert health.until == 500


def test_what_others_found_out_is_taken_over() -> None:
    health = trusted()
    health.adopt(State.SUSPENDED, "they say so", 10, 33)
    assert (health.state, health.why, health.until) == (State.SUSPENDED, "they say so", 43)
    health.adopt(State.TRUSTED, "", 20, 0)
    assert (health.state, health.until) == (State.TRUSTED, None)


def test_that_others_trust_it_does_not_replace_the_first_test() -> None:
    health = Health(PATIENCE)
    health.adopt(State.TRUSTED, "", 10, 0)
    assert health.state is State.UNTESTED
