"""What is sealed comes back as it was, and nothing of it can be changed unseen."""

import io
from pathlib import Path

import pytest

from app.backup import sealing
from app.backup.sealing import MAGIC, PIECE_BYTES, Sealing, is_sealed, unsealed
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
    return b"".join(unsealed(io.BytesIO(whole), phrase, FILE))


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
