"""The start: nothing is looked for that could go, and afterwards everything is as it was; threads share one heap."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from playground.starting import uncollected


def test_garbage_is_looked_for_again_after_the_start() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.unfreeze()


def test_what_came_in_with_the_start_is_not_looked_at_later() -> None:
    with uncollected():
        kept = [[number] for number in range(10)]
    assert gc.get_freeze_count() > len(kept)
    assert not any(each is kept for each in gc.get_objects())
    gc.unfreeze()


def test_garbage_is_looked_for_again_after_a_start_that_failed() -> None:
    with pytest.raises(ValueError), uncollected():
        raise ValueError
    assert gc.isenabled()
    gc.unfreeze()


THREADS = """
import ctypes, threading
from playground.starting import share_one_heap
share_one_heap()
threads = [threading.Thread(target=lambda: [bytearray(2000) for _ in range(500)]) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc gives threads heaps of their own")
def test_threads_take_memory_from_one_heap() -> None:
    told = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True).stdout
    assert told.count("<heap nr=") == 1
