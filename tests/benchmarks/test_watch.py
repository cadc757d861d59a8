"""Time in which other programs had the processor is not counted as the window's own."""

import time
from threading import Thread

from benchmarks.watch import Watch


def test_waiting_for_an_answer_counts_and_own_time_is_never_the_longer() -> None:
    watch = Watch()
    time.sleep(0.05)
    own = watch.own_ms()
    assert own <= watch.whole_ms()
    assert watch.whole_ms() >= 50


def test_work_counts_whole_while_others_compete_for_the_processor() -> None:
    over = list[None]()

    def compete() -> None:
        while not over:
            sum(range(1000))

    others = [Thread(target=compete) for _each in range(3)]
    for each in others:
        each.start()
    watch, worked_s = Watch(), time.thread_time()
    while time.thread_time() - worked_s < 0.05:
        sum(range(1000))
    own = watch.own_ms()
    over.append(None)
    for each in others:
        each.join()
    assert 50 <= own <= watch.whole_ms()
