"""Memory that nobody uses any more goes back to the system, not into holes kept for later."""

import subprocess
import sys

import pytest

# 300 MB in pieces as pictures and answers are, of which every tenth stays.
_LITTER = """if True:
    import psutil
    from app import allocator
    allocator.sparing()
    before = psutil.Process().memory_info().rss
    pieces = [bytearray(b"1") * 1_500_000 for _each in range(200)]
    kept = pieces[::10]
    del pieces
    print((psutil.Process().memory_info().rss - before) / 1e6)
"""
_STAYING_MB = 30


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux' library has to be told")
def test_big_pieces_leave_no_holes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LITTER], capture_output=True, text=True, check=True
    )
    assert _STAYING_MB * 0.9 < float(done.stdout) < _STAYING_MB * 1.3


def test_everywhere_it_may_be_asked_for() -> None:
    script = "from app import allocator; allocator.sparing(); allocator.give_back()"
    subprocess.run([sys.executable, "-c", script], check=True)
