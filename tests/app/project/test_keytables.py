"""Tables of keys as spreadsheets, makers and people write them; a damaged line costs none."""

import io
import zipfile

import pytest

from app.errors import BadInput
from app.project.keyfiles import keys_in
from app.project.keylines import FoundKey, key_of, number_of
from app.project.keytables import MOST_LINES

FIRST, SECOND = "000102030405060708090A0B0C0D0E0F", "F0E0D0C0B0A090807060504030201000"
METERS = [("71482036", FIRST), ("00520117", SECOND)]


def pairs(keys: list[FoundKey]) -> list[tuple[str, str]]:
    return [(each.meter, each.key.hex().upper()) for each in keys]


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    "table",
    [
        f"71482036;0x{FIRST}\n520117;0X{SECOND}\n",
        f'="71482036";="{FIRST}"\n="00520117";="{SECOND}"\n',
        f"'71482036;'{FIRST}\n'520117;'{SECOND}\n",
        f"{FIRST};71482036\n{SECOND};520117\n",
        f"Seriennummer;AES-128 Key\n71482036;{FIRST}\n520117;{SECOND}\n",
        f"AES-128 Key (hex);Serial Number (8 digits)\n{FIRST};71482036\n{SECOND};520117\n",
        f"1;71482036;{FIRST};403\n2;00520117;{SECOND};403\n",
        f"71482036;{FIRST};1,5\n520117;{SECOND};2,5,5,5,5\n",
        f"71482036 {FIRST}\n520117 {SECOND}\n",
        f"sep=;\nSerial;Key\n71482036;{FIRST}\n520117;{SECOND}\n",
        f"71482036;{FIRST}\r520117;{SECOND}\r",
        f"71482036;{'.'.join(FIRST[at : at + 2] for at in range(0, 32, 2))}\n520117;{SECOND}",
        f"71482036.0;{FIRST}\n520117,0;{SECOND}\n",
        f"KAM71482036;{FIRST}\n6KAM0000520117;{SECOND}\n",
        f"\n\n;;;\n71482036;{FIRST}\n;;\n520117;{SECOND}\n",
    ],
)
def test_what_spreadsheets_and_makers_put_around_a_key_costs_nothing(table: str) -> None:
    found = keys_in("keys.csv", table.encode())
    assert pairs(found.keys) == METERS
    assert found.faults == []


def test_a_quotation_mark_that_is_never_closed_swallows_no_meter_below_it() -> None:
    table = f'71482036;"{FIRST}\n520117;{SECOND}\n'
    assert pairs(keys_in("keys.csv", table.encode()).keys) == METERS


def test_a_line_far_too_long_is_told_and_costs_no_other() -> None:
    table = f"{'7' * 200_000};{FIRST}\n71482036;{FIRST}\n520117;{SECOND}\n"
    found = keys_in("keys.csv", table.encode())
    assert pairs(found.keys) == METERS
    assert found.faults == ["keys.csv, line 1: no number of a meter stands there"]


def test_two_keys_for_one_meter_are_both_taken_and_told() -> None:
    table = f"71482036;{FIRST}\n71482036;{SECOND}\n71482036;{SECOND}\n"
    found = keys_in("keys.csv", table.encode())
    assert pairs(found.keys) == [("71482036", FIRST), ("71482036", SECOND)]
    assert found.faults == [
        "keys.csv, line 2: meter 71482036 has another key above; this one is tried first"
    ]


def test_a_key_of_zeros_is_taken_and_told() -> None:
    found = keys_in("keys.csv", f"71482036;{'0' * 32}\n".encode())
    assert pairs(found.keys) == [("71482036", "0" * 32)]
    assert "all zeros, which often means none" in found.faults[0]


@pytest.mark.parametrize(
    "row", [f"71482036;52011700;{FIRST}", f"71482036;{FIRST};{SECOND}"], ids=["numbers", "keys"]
)
def test_two_columns_that_may_be_it_are_never_guessed_between(row: str) -> None:
    with pytest.raises(BadInput, match="name them in the first line"):
        keys_in("keys.csv", row.encode())


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (FIRST + "0", None),
        (FIRST[:-1], None),
        ("1.23457E+31", None),
        ("", None),
        ("١" * 32, None),
        (f"0x{FIRST}", FIRST),
        (" ".join(FIRST), FIRST),
        (",".join(f"0x{FIRST[at : at + 2]}" for at in range(0, 32, 2)), FIRST),
    ],
)
def test_a_key_has_thirty_two_digits_however_they_are_parted(
    key: str, told: str | None
) -> None:
    own = key_of(key)
    assert (None if own is None else own.hex().upper()) == told


@pytest.mark.parametrize("number", ["7.15E+07", "٧١٤٨٢٠٣٦", "KAM12345", "71482036.5"])
def test_what_a_spreadsheet_made_of_a_number_is_no_other_number(number: str) -> None:
    assert number_of(number) == ""


def test_more_lines_than_any_order_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(BadInput, match="too large"):
        keys_in("keys.csv", f"71482036;{FIRST}\n".encode() + b"\n" * MOST_LINES)


@pytest.mark.parametrize(
    "document",
    [
        f'<Meters><Meter SerialNo="71482036" DEK="{FIRST}"/></Meters>',
        f"<Keys><Item><MeterId>71482036</MeterId><AESKey>{FIRST}</AESKey></Item></Keys>",
        f"<R><Device><Serial>71482036</Serial><Key>{FIRST}</Key></Device></R>",
        f"<O><Meter><MeterNo>71482036</MeterNo><SerialNo/><K><DEK>{FIRST}</DEK></K></Meter></O>",
    ],
)
def test_documents_name_meter_and_key_in_elements_or_attributes(document: str) -> None:
    assert pairs(keys_in("keys.xml", document.encode()).keys) == METERS[:1]


def test_a_document_that_breaks_off_is_told_with_its_line() -> None:
    with pytest.raises(BadInput, match="line 2: the document breaks off or is damaged there"):
        keys_in("keys.xml", b"<Meters>\n<Meter")


def test_elements_in_each_other_without_end_are_refused_at_once() -> None:
    with pytest.raises(BadInput, match="is no file of keys"):
        keys_in("deep.xml", b"<a>" * 3_000_000)
    in_each_other = b"<m><serialno>1</serialno>" * 20_000 + b"</m>" * 20_000
    with pytest.raises(BadInput, match="is no file of keys"):
        keys_in("deep.xml", in_each_other)


def test_a_workbook_is_told_what_to_do() -> None:
    sheet = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    for content in (sheet, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)):
        with pytest.raises(BadInput, match="save its sheet of keys as CSV"):
            keys_in("keys.xlsx", content)


def test_a_letter_beside_the_keys_in_a_zip_is_no_second_file_of_keys() -> None:
    table = f"71482036;{FIRST}\n520117;{SECOND}\n".encode()
    packed = zipped({"order.csv": table, "readme.txt": b"hello", "__MACOSX/._order.csv": b"\0"})
    assert pairs(keys_in("a.zip", packed).keys) == METERS
