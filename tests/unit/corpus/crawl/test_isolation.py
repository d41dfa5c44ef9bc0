"""Only the guilty item is lost: to time, to memory, to a crash, to an error; order holds, and no process is left."""

import faulthandler
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from lect.artifacts.errors import LectError
from lect.corpus.crawl.isolation import Fault, guarded


def work(items):
    return [_do(item) for item in items]


def _do(item):
    if item == "spin":
        while True:
            pass
    if item == "eat":
        return len(bytearray(3_000_000_000))
    if item == "die":
        os._exit(3)
    if item == "crash":
        faulthandler.disable()  # pytest's: the crash is meant
        os.kill(os.getpid(), signal.SIGSEGV)
    if item == "raise":
        raise ValueError("bad page")
    if item == "lambda":
        return lambda: item
    if item == "user":
        raise LectError("not the item's fault")
    return (item, os.getpid())


def first(results):
    return [[result if isinstance(result, Fault) else result[0] for result in batch] for batch in results]


def children():
    return multiprocessing.active_children()


@pytest.mark.parametrize("workers", [1, 2])
def test_only_the_guilty_item_is_a_fault_and_the_order_is_that_of_the_batches(workers):
    batches = [[1, "spin", 2], [3], [], ["eat", 4], [5, "die"], ["crash"], ["raise", 6, 7]]
    results = first(guarded(work, batches, workers=workers, seconds=0.2, megabytes=800))
    assert results == [
        [1, Fault("timed_out"), 2], [3], [], [Fault("out_of_memory"), 4], [5, Fault("worker_died", "exit code 3")],
        [Fault("worker_died", "exit code -11")], [Fault("failed", "ValueError: bad page"), 6, 7],
    ]  # fmt: skip
    assert not children()


def test_results_do_not_depend_on_the_number_of_workers():
    batches = [[number] * 3 for number in range(60)]
    one, two = (first(guarded(work, iter(batches), workers=workers)) for workers in (1, 2))
    assert one == two == batches


def test_one_worker_is_another_process_and_serves_all_batches():
    processes = {result[1] for batch in guarded(work, [[1], [2], [3]]) for result in batch}
    assert len(processes) == 1
    assert processes != {os.getpid()}


def test_batches_are_read_only_a_few_ahead():
    drawn = []
    results = guarded(work, (drawn.append(number) or [number] for number in range(1000)), workers=2)
    next(results)
    assert len(drawn) <= 12
    assert children()
    results.close()
    assert not children()


def test_a_wrong_number_of_results_and_a_users_error_end_the_run():
    with pytest.raises(LectError, match="1 results for 2 items"):
        list(guarded(_short, [[1, 2]]))
    with pytest.raises(LectError, match="not the item's fault"):
        list(guarded(work, [["user"]]))
    with pytest.raises(LectError, match="at least 1 worker"):
        guarded(work, [], workers=0)
    assert not children()


def _short(items):
    return items[1:]


def test_a_result_that_cannot_be_sent_is_a_fault():
    ((fault, good),) = first(guarded(work, [["lambda", 1]]))
    assert (fault.reason, good) == ("failed", 1)


def test_it_works_where_processes_are_spawned(tmp_path):
    script = tmp_path / "spawned.py"
    script.write_text(
        textwrap.dedent("""
        import multiprocessing, os
        from lect.corpus.crawl.isolation import guarded

        def work(items):
            return [os._exit(3) if item == 2 else item for item in items]

        if __name__ == "__main__":
            multiprocessing.set_start_method("spawn")
            print(list(guarded(work, [[1, 2], [3]])))
        """)
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[[1, Fault(reason='worker_died', detail='exit code 3')], [3]]"


def test_ctrl_c_ends_the_parent_and_its_workers(tmp_path):
    script = tmp_path / "interrupted.py"
    script.write_text(
        textwrap.dedent("""
        import os, signal, time
        from lect.corpus.crawl.isolation import guarded

        signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits that it is ignored

        def work(items):
            os.write(1, f"{os.getpid()}\\n".encode())  # whole lines: two processes write
            time.sleep(60)

        list(guarded(work, [[1], [2]], workers=2))
        """)
    )
    ran = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    workers = [int(ran.stdout.readline()) for _ in range(2)]
    os.killpg(ran.pid, signal.SIGINT)
    _, error = ran.communicate(timeout=20)
    assert "KeyboardInterrupt" in error
    assert error.count("Traceback") == 1, "the workers say nothing"
    time.sleep(0.1)
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
