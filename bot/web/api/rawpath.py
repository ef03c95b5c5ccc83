"""An address taken apart before it is decoded, so that an id may hold a `/`.

In: an ASGI scope. Out: the scope with its path still percent-encoded; parameters decoded one by one. Never: a path that
somebody has changed since it came in.

A server decodes the whole path first, after which `a%2Fb` cannot be told from `a/b`, nor an id `x/claim` from an act
(ASGI keeps the bytes as they came in `raw_path`: https://asgi.readthedocs.io/en/latest/specs/www.html).
"""

from urllib.parse import unquote

from starlette.types import Scope


def undecoded(scope: Scope) -> Scope:
    """A copy for matching. Where there is no raw path, or the path is not its own any more, a `%` is just a `%`."""
    raw = bytes(scope.get("raw_path") or b"").decode("latin-1")
    path = str(scope["path"])
    return {**scope, "path": raw if raw and unquote(raw) == path else path.replace("%", "%25")}


def decoded(found: Scope) -> Scope:
    """What was matched, its parameters as the caller means them."""
    if "path_params" not in found:
        return found
    return {**found, "path_params": {name: _decoded(value) for name, value in found["path_params"].items()}}


def _decoded(value: object) -> object:
    return unquote(value) if isinstance(value, str) else value
