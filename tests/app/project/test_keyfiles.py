"""Files of keys as makers send them: sealed, zipped, in tables of every manner; and damaged."""

import base64
import io
import random
import zipfile

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from app.errors import BadInput
from app.project.keyfiles import keys_in
from app.project.keylines import MOST_FAULTS, FoundKey, number_of

FIRST, SECOND = "000102030405060708090A0B0C0D0E0F", "F0E0D0C0B0A090807060504030201000"
PASSWORD = "Flensborg-22"


def order(meters: list[tuple[str, str]], head: str = "MetersInOrder") -> str:
    """The inner document of a KEM file, as orders of meters look."""
    body = "".join(
        f"<Meter><MeterNo>{number}</MeterNo><SerialNo>{number}</SerialNo>"
        f"<MeterName>MULTICAL 403</MeterName><ConsumptionType>Heat</ConsumptionType>"
        f"<ConfigNo>403V1310024</ConfigNo><TypeNo>403-V</TypeNo><VendorId>KAM</VendorId>"
        f"<EncKeys><PK1>{'11' * 16}</PK1><DEK>{key}</DEK><GPK1>{'22' * 16}</GPK1></EncKeys>"
        f"</Meter>"
        for number, key in meters
    )
    return f'<{head} orderid="4711" schemaVersion="1.0">{body}</{head}>'


def sealed(inner: str, password: str = PASSWORD) -> bytes:
    """A KEM file, sealed with a second implementation's padding."""
    padder = PKCS7(128).padder()
    data = padder.update(inner.encode()) + padder.finalize()
    key = password.encode().ljust(16, b"\0")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key)).encryptor()
    text = base64.b64encode(cipher.update(data) + cipher.finalize()).decode()
    lines = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    return (
        '<?xml version="1.0" encoding="utf-8"?><EncryptedData '
        'xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData><CipherValue>'
        f"{lines}</CipherValue></CipherData></EncryptedData>"
    ).encode()


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("_", "."), content)
    return held.getvalue()


def pairs(keys: list[FoundKey]) -> list[tuple[str, str]]:
    return [(each.meter, each.key.hex().upper()) for each in keys]


METERS = [("71482036", FIRST), ("00520117", SECOND)]


@pytest.mark.parametrize("head", ["MetersInOrder", "Devices"])
def test_a_kem_file_gives_the_key_of_every_meter(head: str) -> None:
    kem = sealed(order(METERS, head))
    assert pairs(keys_in("a.kem", kem, PASSWORD).keys) == METERS
    assert pairs(keys_in("a.zip", zipped(order_kem=kem), PASSWORD).keys) == METERS
    assert pairs(keys_in("a.kem", b"\xef\xbb\xbf" + kem, PASSWORD).keys) == METERS


def test_what_was_opened_before_is_read_as_it_is() -> None:
    assert pairs(keys_in("plain.xml", order(METERS).encode()).keys) == METERS


def test_zeros_instead_of_padding_are_taken() -> None:
    """Some programs that write KEM files pad with zeros: what counts is the last bracket."""
    inner = order(METERS).encode()
    key = PASSWORD.encode().ljust(16, b"\0")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key)).encryptor()
    data = cipher.update(inner + b"\0" * (-len(inner) % 16)) + cipher.finalize()
    text = base64.b64encode(data)
    kem = b"<E><CipherData><CipherValue>" + text + b"</CipherValue></CipherData></E>"
    assert pairs(keys_in("z.kem", kem, PASSWORD).keys) == METERS


def test_a_wrong_password_is_told_and_brings_nothing() -> None:
    kem = sealed(order(METERS))
    with pytest.raises(BadInput, match=r"a\.kem cannot be opened with this password"):
        keys_in("a.kem", kem, "Flensborg-23")
    with pytest.raises(BadInput, match=r"a\.kem is sealed"):
        keys_in("a.kem", kem)


@pytest.mark.parametrize("cut", [0, 7, 40])
def test_a_damaged_kem_file_is_told(cut: int) -> None:
    kem = b"<E><CipherData><CipherValue>" + b"QUJD" * cut + b"</CipherValue></CipherData></E>"
    if len(base64.b64decode(b"QUJD" * cut)) % 16 or not cut:
        with pytest.raises(BadInput, match="damaged"):
            keys_in("a.kem", kem, PASSWORD)
    with pytest.raises(BadInput):
        keys_in("a.kem", kem.replace(b"QUJD", b"*") + b"<", PASSWORD)


def test_a_document_that_declares_entities_is_refused_unopened() -> None:
    laughs = (
        '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]>'
        "<MetersInOrder><Meter><SerialNo>&m;</SerialNo></Meter></MetersInOrder>"
    )
    with pytest.raises(BadInput, match="declares types"):
        keys_in("bomb.xml", laughs.encode())
    with pytest.raises(BadInput, match="declares types"):
        keys_in("bomb.xml", laughs.encode("utf-16"))
    with pytest.raises(BadInput, match="declares types"):
        keys_in("bomb.kem", sealed(laughs), PASSWORD)


def test_a_zip_of_two_key_files_or_a_bomb_is_refused() -> None:
    kem = sealed(order(METERS))
    with pytest.raises(BadInput, match="one file of keys"):
        keys_in("a.zip", zipped(one_kem=kem, two_kem=kem), PASSWORD)
    with pytest.raises(BadInput, match=r"cannot be trusted|too large"):
        keys_in("a.zip", zipped(one_kem=b"\0" * 70_000_000), PASSWORD)
    with pytest.raises(BadInput, match="cannot be read"):
        keys_in("a.zip", b"PK\x03\x04 but no zip")


@pytest.mark.parametrize(
    "table",
    [
        f"71482036;{FIRST}\n520117;{SECOND}\n",
        f"71482036,{FIRST}\r\n520117,{SECOND}",
        f"# a remark\n\n71482036\t{FIRST}\n520117\t{SECOND}\n",
        f"Serial no;Type;AES key\n71482036;403;{FIRST}\n520117;603;{SECOND}\n",
        f"Nr;Encryption_Key;Meter-Number\n1;{FIRST};71482036\n2;{SECOND};00520117\n",
        f'"Zählernummer";"Schlüssel"\n"71482036";"{FIRST}"\n"520117";"{SECOND}"\n',
        f"71482036;{FIRST.lower()}\n0052 0117;{' '.join(SECOND)}\n",
        f"Secondary address;Key\n714820362D2C3504;{FIRST}\n005201172D2C3504;{SECOND}\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_of_every_manner_give_the_same_keys(table: str, encoding: str) -> None:
    assert pairs(keys_in("keys.csv", table.encode(encoding)).keys) == METERS


def test_a_bad_line_is_named_and_the_others_are_taken() -> None:
    table = f"71482036;{FIRST}\nnobody;{SECOND}\n12;tooshort{FIRST[8:]}\n520117;{SECOND}\n"
    found = keys_in("keys.csv", table.encode())
    assert pairs(found.keys) == METERS
    assert found.faults == [
        "keys.csv, line 2: no number of a meter stands there",
        "keys.csv, line 3: meter 00000012 has no key of 32 hexadecimal digits",
    ]


def test_no_sentence_and_no_object_repeats_a_key() -> None:
    table = f"71482036;{FIRST}\n12;{SECOND[:-1]}\nx{FIRST};{SECOND}\n"
    found = keys_in("keys.csv", table.encode())
    said = repr(found.keys) + " ".join(found.faults)
    assert FIRST not in said
    assert FIRST.lower() not in said
    assert SECOND[:-1] not in said


def test_faults_are_counted_no_further_than_anybody_reads() -> None:
    table = f"71482036;{FIRST}\n" + "x;y\n" * 5_000
    assert len(keys_in("keys.csv", table.encode()).faults) == MOST_FAULTS


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no meter with a key"),
        (b"<MetersInOrder/>", "no meter with a key"),
        (b"hello world", "no number of a meter"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no number of a meter"),
    ],
)
def test_what_is_no_file_of_keys_says_so(content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        keys_in("f", content)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("520117", "00520117"),
        (" 00520117 ", "00520117"),
        ("'12345678'", "12345678"),
        ("1234-5678", "12345678"),
        ("ABCDEF01", "abcdef01"),
        ("123456789", ""),
        ("", ""),
        ("KAM12345", ""),
    ],
)
def test_numbers_are_kept_as_telegrams_say_them(text: str, number: str) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("seed", range(6))
def test_damaged_files_are_refused_in_a_sentence_and_never_crash(seed: int) -> None:
    """Bytes changed, cut and doubled: what comes out is keys that were there, or a sentence."""
    dice = random.Random(seed)
    kem, plain = sealed(order(METERS)), order(METERS).encode()
    table = f"Serial;Key\n71482036;{FIRST}\n520117;{SECOND}\n".encode()
    packed = zipped(order_kem=kem)
    for _each in range(120):
        whole = bytearray(
            dice.choice([kem, plain, table, packed, table.decode().encode("utf-16")])
        )
        for _change in range(dice.randrange(1, 6)):
            at = dice.randrange(len(whole))
            match dice.randrange(4):
                case 0:
                    whole[at] = dice.randrange(256)
                case 1:
                    del whole[at:]
                case 2:
                    whole[at:at] = whole[: dice.randrange(60)]
                case _:
                    whole[at : at + 4] = bytes(dice.randrange(256) for _byte in range(4))
            if not whole:
                break
        try:
            found = keys_in("f", bytes(whole), PASSWORD)
        except BadInput as error:
            said = str(error)
        else:
            said = " ".join(found.faults)
            assert all(len(each.key) == 16 and len(each.meter) == 8 for each in found.keys)
        assert FIRST[4:] not in said.upper()
        assert SECOND[4:] not in said.upper()


def test_a_whole_order_of_thousands_is_read() -> None:
    meters = [(f"{n:08d}", n.to_bytes(16, "big").hex().upper()) for n in range(1, 5_000)]
    assert pairs(keys_in("a.kem", sealed(order(meters)), PASSWORD).keys) == meters


def test_names_of_elements_may_have_a_prefix_and_any_case() -> None:
    inner = (
        '<o:Devices xmlns:o="urn:order"><o:Device><o:SERIALNO> 71482036 </o:SERIALNO>'
        f"<o:EncKeys><o:DEK>{FIRST}</o:DEK></o:EncKeys></o:Device></o:Devices>"
    )
    assert pairs(keys_in("a.kem", sealed(inner), PASSWORD).keys) == [("71482036", FIRST)]


def test_a_meter_without_its_key_is_named() -> None:
    inner = order(METERS).replace(f"<DEK>{SECOND}</DEK>", "")
    found = keys_in("a.kem", sealed(inner), PASSWORD)
    assert pairs(found.keys) == METERS[:1]
    assert found.faults == [
        "a.kem, meter 2: meter 00520117 has no key of 32 hexadecimal digits"
    ]


@pytest.mark.parametrize("password", ["", "x" * 16, "x" * 40, "Ærøskøbing"])
def test_a_password_of_any_length_is_zero_padded_or_cut_to_the_cipher(password: str) -> None:
    kem = sealed(order(METERS), password.encode()[:16].decode("utf-8", "ignore"))
    if not password:
        with pytest.raises(BadInput, match="give its password"):
            keys_in("a.kem", kem, password)
        return
    assert pairs(keys_in("a.kem", kem, password).keys) == METERS
