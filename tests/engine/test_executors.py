from __future__ import annotations

import threading
import time

import pytest

from pipeline.engine.executors import threads


def test_results_come_in_the_order_of_the_items_on_several_threads():
    seen: set[str] = set()
    ticks: list[int] = []

    def slow(item):
        seen.add(threading.current_thread().name)
        time.sleep(0.001 * (10 - item % 10))
        return item * 2

    with threads(4, ticks.append) as run:
        assert run(slow, range(40)) == [item * 2 for item in range(40)]
        assert run(slow, []) == []
    assert len(seen) > 1
    assert ticks == [1] * 40


def test_an_exception_is_raised_and_nothing_more_is_started():
    done = []

    def fail(item):
        done.append(item)
        time.sleep(0.001)
        if item == 3:
            raise RuntimeError(item)

    with threads(2) as run, pytest.raises(RuntimeError, match="3"):
        run(fail, range(1000))
    assert len(done) < 1000
