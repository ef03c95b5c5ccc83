"""Pictures that buyers send: which kind the bytes are, and the bytes without what a camera wrote into them.

In: bytes. Out: a media type, or None for what no browser shows as a picture; cleaned bytes. Never: a name's word for
what is inside, a decoded picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
KINDS = (JPEG, PNG, WEBP, GIF)
PICTURE_MAX = 2 * 1024 * 1024
_HEAD_MIN = 16  # no picture is shorter
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_MARK, _LENGTH = 0xFF, 2  # a marker's first byte; the bytes of a length, which counts itself
_SCAN, _APP_FIRST, _APP_LAST, _COMMENT = 0xDA, 0xE1, 0xEF, 0xFE
_KEPT_APPS = (0xE2, 0xEE)  # colour profile, and how the colours are coded: without these it looks different
_ENTRY, _ORIENTATION = 12, 274  # of TIFF: the bytes of an entry, and the tag
_PNG_TOLD = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")
_ANNOUNCED = 0x0C  # flags of EXIF and XMP
_WEBP_TOLD = (b"EXIF", b"XMP ")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, under the id of the message that brought it."""

    id: str
    channel: str
    conversation_id: str
    kind: str
    made_at: datetime
    data: bytes = field(repr=False)


def kind_of(data: bytes) -> str | None:
    """The media type by the first bytes, whatever the sender calls it."""
    if len(data) < _HEAD_MIN:
        return None
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(_PNG_MAGIC):
        return PNG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    return WEBP if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else None


def cleaned(data: bytes) -> bytes:
    """Without EXIF (where it was taken, with what), XMP, comments and texts. What does not read as its kind should is
    kept as it is: the browser will show it or not. A JPEG that only its EXIF would turn upright keeps the turn."""
    match kind_of(data):
        case "image/jpeg":
            parts = _jpeg(data)
        case "image/png":
            parts = _png(data)
        case "image/webp":
            parts = _webp(data)
        case _:
            parts = None
    return data if parts is None else b"".join(parts)


def _jpeg(data: bytes) -> list[bytes] | None:
    """Segments before the scan, but for those of applications. ITU-T T.81, annex B."""
    kept, at, turn = [data[:2]], 2, 1
    while at + 4 <= len(data) and data[at] == _MARK:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        segment = data[at : at + 2 + size]
        if not _LENGTH <= size <= len(segment) - 2:
            return None
        if marker == _SCAN:
            return [kept[0], *_turned(turn), *kept[1:], data[at:]]
        told = (_APP_FIRST <= marker <= _APP_LAST and marker not in _KEPT_APPS) or marker == _COMMENT
        turn = _turn(segment) if segment[4:10] == b"Exif\0\0" else turn
        kept += [] if told else [segment]
        at += 2 + size
    return None


def _turn(segment: bytes) -> int:
    """The orientation (1 to 8) that an EXIF segment states; 1 where it is none. TIFF 6.0, tag 274."""
    tiff = segment[10:]
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    first = int.from_bytes(tiff[4:8], order)
    for at in range(first + 2, first + 2 + _ENTRY * int.from_bytes(tiff[first : first + 2], order), _ENTRY):
        entry = tiff[at : at + 12]
        if len(entry) < _ENTRY:
            return 1
        if int.from_bytes(entry[:2], order) == _ORIENTATION:
            found = int.from_bytes(entry[8:10], order)
            return found if found in range(1, 9) else 1
    return 1


def _turned(turn: int) -> list[bytes]:
    """An EXIF segment that states the orientation and nothing else."""
    if turn == 1:
        return []
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + turn.to_bytes(2) + b"\x00\x00"
    body = b"Exif\0\0MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
    return [b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body]


def _png(data: bytes) -> list[bytes] | None:
    """Chunks: length, name, content, checksum. W3C PNG, section 5."""
    kept, at = [data[:8]], 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            return None
        name = data[at + 4 : at + 8]
        kept += [] if name in _PNG_TOLD else [data[at:end]]
        if name == b"IEND":
            return kept
        at = end
    return None


def _webp(data: bytes) -> list[bytes] | None:
    """Chunks of a RIFF file: name, length, content, padding to an even length. RFC 9649, section 2."""
    chunks = list(_riff(data))
    if not chunks or sum(map(len, chunks)) + 12 < int.from_bytes(data[4:8], "little") + 8:
        return None
    kept = [_unflagged(one) for one in chunks if one[:4] not in _WEBP_TOLD]
    size = 4 + sum(map(len, kept))
    return [b"RIFF", size.to_bytes(4, "little"), b"WEBP", *kept]


def _riff(data: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if end > len(data):
            return
        yield data[at:end]
        at = end


def _unflagged(chunk: bytes) -> bytes:
    """The extended head without the flags that announce EXIF and XMP."""
    if chunk[:4] != b"VP8X":
        return chunk
    return chunk[:8] + bytes(one & ~_ANNOUNCED for one in chunk[8:9]) + chunk[9:]
