"""What is sealed comes back as it was, and nothing of it can be changed unseen."""

import io
import random
from pathlib import Path

import pytest

from app.backup import sealing
from app.backup.sealing import MAGIC, PIECE_BYTES, Sealing, Unsealed, is_sealed
from app.errors import SecretsLocked, StoreBroken

PHRASE = "seven green valves at noon"
FILE = Path("plant.heatdesk-backup")
HEAD = len(MAGIC) + 16 + 7 + 16


def sealed(content: bytes, piece: int = 70_000) -> bytes:
    stream = io.BytesIO()
    writing = Sealing(stream, PHRASE)
    for begin in range(0, len(content), piece):
        assert writing.write(content[begin : begin + piece]) == len(content[begin:][:piece])
    writing.flush()
    writing.close()
    return stream.getvalue()


def opened(whole: bytes, phrase: str = PHRASE) -> bytes:
    return io.BufferedReader(Unsealed(io.BytesIO(whole), phrase, FILE)).read()


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1])
def test_it_comes_back_as_it_was_at_every_edge_of_a_piece(size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    whole = sealed(content)
    assert opened(whole) == content
    assert len(whole) == HEAD + size + 16 * max(1, -(-size // PIECE_BYTES))


def test_nothing_of_the_content_or_of_a_second_sealing_shows() -> None:
    one, another = sealed(b"warm water" * 50), sealed(b"warm water" * 50)
    assert b"warm" not in one
    assert one[len(MAGIC) :] != another[len(MAGIC) :]


def test_another_passphrase_is_told_from_damage() -> None:
    whole = sealed(b"plant")
    with pytest.raises(SecretsLocked, match="passphrase is wrong"):
        opened(whole, PHRASE + "!")
    with pytest.raises(SecretsLocked):
        opened(whole[: HEAD - 20])


@pytest.mark.parametrize("at", [HEAD, HEAD + PIECE_BYTES, HEAD + PIECE_BYTES + 20, -1])
def test_a_changed_bit_is_found_and_told_by_its_place(at: int) -> None:
    whole = bytearray(sealed(bytes(2 * PIECE_BYTES)))
    whole[at] ^= 4
    with pytest.raises(StoreBroken, match=r"damaged or cut off behind byte [\d,]+"):
        opened(bytes(whole))


def test_any_place_of_it_is_read_as_of_a_plain_file() -> None:
    content = random.Random(3).randbytes(2 * PIECE_BYTES + 700)
    plain, chance = io.BytesIO(content), random.Random(4)
    with Unsealed(io.BytesIO(sealed(content)), PHRASE, FILE) as one:
        reading = io.BufferedReader(one)
        assert reading.readable()
        assert reading.seekable()
        for _ in range(60):
            whence = chance.choice([io.SEEK_SET, io.SEEK_CUR, io.SEEK_END])
            offset = chance.randrange(len(content))
            if whence != io.SEEK_SET:
                offset -= plain.tell() if whence == io.SEEK_CUR else len(content)
            assert reading.seek(offset, whence) == plain.seek(offset, whence) == reading.tell()
            length = chance.choice([0, 1, 30, PIECE_BYTES, 3 * PIECE_BYTES])
            assert reading.read(length) == plain.read(length)
        assert reading.seek(len(content) + 9) == len(content) + 9
        assert reading.read() == b""
        with pytest.raises(ValueError, match="-1"):
            one.seek(-1)


def test_a_missing_end_is_told_before_anything_is_read_and_damage_where_it_is_met() -> None:
    whole = sealed(bytes(3 * PIECE_BYTES))
    with pytest.raises(StoreBroken, match="cut off"):
        Unsealed(io.BytesIO(whole[:-1]), PHRASE, FILE)
    broken = bytearray(whole)
    broken[HEAD + PIECE_BYTES + 300] ^= 1
    with Unsealed(io.BytesIO(broken), PHRASE, FILE) as one:
        assert one.read(PIECE_BYTES) == bytes(PIECE_BYTES)
        with pytest.raises(StoreBroken, match=f"behind byte {HEAD + PIECE_BYTES + 16:,}"):
            one.read(1)


def test_what_is_cut_off_moved_or_left_out_is_found() -> None:
    whole = sealed(bytes(3 * PIECE_BYTES))
    step = PIECE_BYTES + 16
    pieces = [whole[HEAD:][n * step :][:step] for n in range(3)]
    for told in (pieces[:2], pieces[1:], [pieces[1], pieces[0], pieces[2]], []):
        with pytest.raises(StoreBroken):
            opened(whole[:HEAD] + b"".join(told))
    assert opened(whole[:HEAD] + b"".join(pieces)) == bytes(3 * PIECE_BYTES)


def test_a_sealed_file_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    one, another = tmp_path / "one", tmp_path / "another"
    one.write_bytes(sealed(b"x"))
    another.write_bytes(b"PK\x03\x04")
    assert is_sealed(one)
    assert not is_sealed(another)


def test_a_nonce_is_never_used_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "PIECE_BYTES", 10)
    seen: list[bytes] = []
    kept = sealing._nonce

    def noting(begin: bytes, count: int, *, last: bool) -> bytes:
        seen.append(kept(begin, count, last=last))
        return seen[-1]

    monkeypatch.setattr(sealing, "_nonce", noting)
    sealed(bytes(95))
    assert len(seen) == len(set(seen)) == 10
    assert all(len(each) == 12 for each in seen)
    assert not any(each == b"\xff" * 12 for each in seen)
