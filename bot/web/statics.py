"""Styles and scripts: read and packed once, known by their content, kept by browsers as long as that stays.

In: a folder. Out: an ASGI application for it, and addresses that change with the content. Never: a file that came
later, a path out of the folder, packed bytes for who cannot unpack them.
"""

import gzip
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Self

from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_TEXTS = ("text/", "image/svg")
_FOR_EVER, _ASK = "public, max-age=31536000, immutable", "no-cache"
_METHODS = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. `packed`: gzip, None where that gains nothing; `version` follows from the content."""

    data: bytes = field(repr=False)
    kind: str
    version: str
    packed: bytes | None = field(repr=False)

    @classmethod
    def of(cls, data: bytes, suffix: str) -> Self:
        kind = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
        text = kind.startswith(_TEXTS)
        packed = gzip.compress(data, 9, mtime=0) if text else None
        smaller = packed is not None and len(packed) < len(data)
        return cls(
            data, f"{kind}; charset=utf-8" if text else kind, sha256(data).hexdigest()[:16], packed if smaller else None
        )

    def answer(self, headers: Headers, cache: str) -> Response:
        """The file; nothing where the browser has it already; packed where the browser unpacks."""
        packs = self.packed is not None and _takes_gzip(headers.get("accept-encoding", ""))
        tag = f'"{self.version}{"-gz" if packs else ""}"'
        told = {"etag": tag, "cache-control": cache, "vary": "accept-encoding"}
        if tag in [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=told)
        body = self.packed if packs and self.packed is not None else self.data
        return Response(body, headers=told | ({"content-encoding": "gzip"} if packs else {}), media_type=self.kind)


class Statics:
    """A folder's files, to be mounted."""

    def __init__(self, files: Mapping[str, Asset]) -> None:
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        asset = self._files.get(scope["path"].removeprefix(scope.get("root_path", "")).removeprefix("/"))
        if asset is None:
            raise HTTPException(404)
        if scope["method"] not in _METHODS:
            raise HTTPException(405)
        known = QueryParams(scope["query_string"]).get("v") == asset.version
        await asset.answer(Headers(scope=scope), _FOR_EVER if known else _ASK)(scope, receive, send)


@cache
def assets() -> Mapping[str, Asset]:
    """All files of our folder, by name."""
    return {
        path.relative_to(FOLDER).as_posix(): Asset.of(path.read_bytes(), path.suffix)
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    }


def address(name: str) -> str:
    """Where a page finds a file; a changed file has another address."""
    return f"/static/{name}?v={assets()[name].version}"


def _takes_gzip(accepted: str) -> bool:
    """Whether gzip is named and not refused. RFC 9110, 12.5.3."""
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
