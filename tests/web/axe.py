"""Accessibility as axe-core sees it.

In: a page in a browser. Out: its faults, in words. Never: a silent pass; without axe-core the test skips and says so,
and under CI it fails.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page

_SCRIPT = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
_COUNTED = {"moderate", "serious", "critical"}
_RUN = "source => { (0, eval)(source); return axe.run(document, {iframes: false}); }"


def faults(page: Page | Frame) -> list[str]:
    """What is moderate or worse: rule, and where. The page's own policy forbids foreign scripts, so the browser must
    have been told to pass it over (`browsing(..., policy=False)`)."""
    if not _SCRIPT.exists():
        reason = "run `npm ci --ignore-scripts` in tests/ to check accessibility with axe-core"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    found = page.evaluate(_RUN, _SCRIPT.read_text("utf-8"))
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in _COUNTED
        for node in one["nodes"]
    ]
