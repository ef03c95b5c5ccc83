"""Pictures by their bytes: which kind, and what is taken out of them."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.pictures import GIF, JPEG, PNG, WEBP, cleaned, kind_of

PLACE = b"GPS 30.25,120.16"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(segments) + segment(0xDA, b"\x01\x02\x03") + b"picture\xff\x00data\xff\xd9"


def exif(turn: int, order: str) -> bytes:
    head = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(f"{order}HHIHH", 274, 3, 1, turn, 0)
    other = struct.pack(f"{order}HHII", 271, 2, 4, 0)
    return segment(0xE1, b"Exif\0\0" + head + struct.pack(f"{order}IH", 8, 2) + other + entry + bytes(4) + PLACE)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*chunks: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(b"\0abc")) + chunk(b"IEND", b"")
    )


def riff(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (jpeg(segment(0xE0, b"JFIF\0")), JPEG),
        (png(), PNG),
        (b"GIF89a" + bytes(20), GIF),
        (webp(riff(b"VP8 ", b"abc")), WEBP),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<!doctype html><script>alert(1)</script>", None),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"\xff\xd8\xff", None),
        (b"", None),
    ],
)
def test_a_kind_is_told_by_the_bytes(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


def test_a_jpeg_loses_where_it_was_taken_and_keeps_its_colours() -> None:
    kept = [segment(0xE0, b"JFIF\0"), segment(0xE2, b"ICC_PROFILE\0"), segment(0xDB, b"table")]
    told = [exif(1, "<"), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE), segment(0xFE, PLACE)]
    assert cleaned(jpeg(kept[0], *told, *kept[1:])) == jpeg(*kept)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_that_lies_on_its_side_is_still_turned(order: str) -> None:
    found = cleaned(jpeg(exif(6, order)))
    assert PLACE not in found
    assert found[2:].startswith(b"\xff\xe1")
    assert cleaned(found) == found
    assert found[22:34] == struct.pack(">HHIHH", 274, 3, 1, 6, 0)


def test_a_png_loses_its_texts() -> None:
    assert cleaned(png(chunk(b"tEXt", PLACE), chunk(b"eXIf", PLACE), chunk(b"gAMA", b"\0\0\0\1"))) == png(
        chunk(b"gAMA", b"\0\0\0\1")
    )


def test_a_webp_loses_its_exif_and_no_longer_announces_it() -> None:
    head, body = riff(b"VP8X", b"\x1c" + bytes(9)), riff(b"VP8 ", b"abc")
    told = webp(head, body, riff(b"EXIF", PLACE), riff(b"XMP ", PLACE))
    assert cleaned(told) == webp(riff(b"VP8X", b"\x10" + bytes(9)), body)


@pytest.mark.parametrize(
    "data", [jpeg()[:8] + bytes(20), png()[:-20], webp(riff(b"VP8 ", b"abc"))[:-3], b"GIF89a" + bytes(20)]
)
def test_what_does_not_read_is_left_as_it_is(data: bytes) -> None:
    assert cleaned(data) == data


_HEADS = st.sampled_from(
    [
        b"\xff\xd8\xff\xe1\0\x40Exif\0\0II*\0\x08\0\0\0\xff\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x20\0\0\0WEBP",
        b"GIF89a",
        b"",
    ]
)


@given(_HEADS, st.binary(max_size=200))
def test_no_bytes_do_harm(head: bytes, rest: bytes) -> None:
    data = head + rest
    assert len(cleaned(data)) <= len(data) + 40
    assert kind_of(cleaned(data)) == kind_of(data) or len(data) < 60
