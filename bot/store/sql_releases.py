"""The operators' files as they were served: each set whole, each text once, and which set is served.

In: a connection inside a transaction. Out: sets of files, lines of what was served. Never: a set that lacks a file; a
line that is changed.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, func, select, update

from bot.content.files import FileSet
from bot.releases import Serving, Why
from bot.store.schema import release, release_text, serving
from bot.store.upsert import add, add_new

_BINARY = "base64:"
_AT_ONCE = 500  # texts a statement


def keep(connection: Connection, files: FileSet, commit: str | None, now: datetime) -> bool:
    """Whether the set is new. One that is there learns its commit, if it had none: it was served before it was
    committed."""
    version, texts = files.version, {path: _kept(text) for path, text in files.texts.items()}
    add(connection, release_text, *({"digest": digest, "body": body} for digest, body in dict(texts.values()).items()))
    manifest = {path: digest for path, (digest, _) in sorted(texts.items())}
    row = {"version": version, "commit": commit, "at": now, "manifest": manifest}
    if add_new(connection, release, [row], release.c.version):
        return True
    unnamed = update(release).where(release.c.version == version, release.c.commit.is_(None))
    if commit:
        connection.execute(unnamed.values(commit=commit))
    return False


def files_of(connection: Connection, version: str) -> FileSet | None:
    """A set byte for byte; None if it was never kept, or a text of it is lost."""
    manifest = connection.scalar(select(release.c.manifest).where(release.c.version == version))
    if manifest is None:
        return None
    bodies = _bodies(connection, sorted(set(manifest.values())))
    if not set(manifest.values()) <= bodies.keys():
        return None
    return FileSet({path: bodies[digest] for path, digest in manifest.items()})


def _bodies(connection: Connection, digests: Sequence[str]) -> dict[str, bytes]:
    bodies = dict[str, bytes]()
    for start in range(0, len(digests), _AT_ONCE):
        some = release_text.c.digest.in_(digests[start : start + _AT_ONCE])
        bodies |= {row.digest: _text(row.digest, row.body) for row in connection.execute(_TEXTS.where(some))}
    return bodies


def texts_of(connection: Connection, path: str) -> Mapping[str, bytes]:
    """The texts of one file, each once, by the newest version that has it, newest first."""
    by_digest = dict[str, str]()
    for version, manifest in connection.execute(_MANIFESTS):
        if path in manifest:
            by_digest.setdefault(manifest[path], version)
    bodies = _bodies(connection, sorted(by_digest))
    return {version: bodies[digest] for digest, version in by_digest.items() if digest in bodies}


def paths(connection: Connection) -> frozenset[str]:
    """Of all sets."""
    return frozenset(path for _, manifest in connection.execute(_MANIFESTS) for path in manifest)


def beginning(connection: Connection, begins: str) -> FileSet | None:
    """The set whose version begins so, if just one does."""
    named = select(release.c.version).where(release.c.version.startswith(begins, autoescape=True)).limit(2)
    found = list(connection.scalars(named))
    return files_of(connection, found[0]) if len(found) == 1 else None


def serve(connection: Connection, line: Serving) -> bool:
    """Add a line, if none came since the one before it: the key decides between two who do so at once."""
    if last(connection) != line.seq - 1:
        return False
    row = {"seq": line.seq, "version": line.version, "at": line.at, "by": line.by, "why": line.why.value}
    return bool(add_new(connection, serving, [row], serving.c.seq))


def last(connection: Connection) -> int:
    """The number of the last line, 0 before the first."""
    return connection.scalar(_LAST) or 0


def lines(connection: Connection, limit: int) -> Sequence[Serving]:
    """What is served and was, newest first."""
    rows = connection.execute(_LINES.limit(limit))
    return [Serving(row.seq, row.version, row.at, row.by, Why(row.why), row.commit) for row in rows]


_LAST = select(func.max(serving.c.seq))
_TEXTS = select(release_text.c.digest, release_text.c.body)
_MANIFESTS = select(release.c.version, release.c.manifest).order_by(release.c.at.desc(), release.c.version)
_LINES = select(serving, release.c.commit).outerjoin(release, release.c.version == serving.c.version)
_LINES = _LINES.order_by(serving.c.seq.desc())


def _kept(text: bytes) -> tuple[str, str]:
    """A text's digest and body. What no database can keep as text is kept encoded, and its digest says so."""
    digest = sha256(text).hexdigest()
    try:
        body = text.decode()
    except UnicodeDecodeError:
        body = "\0"
    return (_BINARY + digest, b64encode(text).decode()) if "\0" in body else (digest, body)


def _text(digest: str, body: str) -> bytes:
    return b64decode(body) if digest.startswith(_BINARY) else body.encode()
