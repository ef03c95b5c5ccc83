"""`yeban check` and `yeban schema`: forms of output, warnings as errors, what a code host shows."""

import pytest

Capture = pytest.CaptureFixture[str]
