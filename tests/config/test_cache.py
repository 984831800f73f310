import logging

from config.cache import ForgivingCache


def test_a_cache_that_is_gone_has_nothing_and_is_logged_once(caplog):
    gone = ForgivingCache("unix:///nowhere/valkey", {})

    with caplog.at_level(logging.WARNING, "config.cache"):
        gone.set("a", 1)
        assert gone.get("a", ["nothing"]) == ["nothing"]
        assert gone.get("a") is None
        assert gone.get_many(["a"]) == {}
        assert gone.add("a", 1)
        assert not gone.delete("a")

    assert len(caplog.records) == 1
