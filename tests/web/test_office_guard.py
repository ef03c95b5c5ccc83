"""Who may not see the office does not, and nothing that comes in breaks or bends it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.staff import Role
from tests.web.gates import MARK
from tests.web.office_life import EVIL, busy
from tests.web.office_room import OfficeRoom, office_room, words

pytestmark = pytest.mark.anyio
LOOKS = (
    "", "/now", "/pause", "/roster", "/handovers", "/handovers?open=1", "/issues", "/issues.csv", "/feedback.csv",
    "/record", "/record.json", "/record.csv", "/letters",
)  # fmt: skip
ACTS = (
    "/notices/seen", "/pause", "/handovers/acknowledge", "/issues/settle", "/letters/retry", "/letters/drop",
)  # fmt: skip
FIELDS = ("id", "number", "day", "week", "remedy", "open", "paused", "sure")


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfficeRoom]:
    """One for all: what is refused changes nothing."""
    async with office_room(tmp_path_factory.mktemp("guard")) as opened:
        await busy(opened)
        yield opened


@pytest.fixture(scope="module")
async def playground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfficeRoom]:
    """One in which anything may be done."""
    async with office_room(tmp_path_factory.mktemp("playground")) as opened:
        yield opened


@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 403), (Role.OPERATOR, 200), (Role.SUPERVISOR, 200)])
async def test_only_who_may_oversee_sees_any_of_it(tmp_path: Path, role: Role, status: int) -> None:
    async with office_room(tmp_path, role) as opened:
        for path in LOOKS:
            await opened.page(path, status)
        if status != 200:
            assert [(await opened.does(path, id="x")).status_code for path in ACTS] == [status] * len(ACTS)
            assert opened.notes() == []
            opened.gate.who = None
            assert {(await opened.client.get(f"/desk/office{path}")).status_code for path in LOOKS} == {401}


async def test_a_form_without_the_mark_does_nothing(office: OfficeRoom) -> None:
    forms = {"paused": "on", "id": "l0", "sure": "yes", "number": "1", "remedy": "好"}
    for path in ACTS:
        for csrf in ({}, {"csrf": "wrong"}):
            answer = await office.client.post(f"/desk/office{path}", data={**forms, **csrf})
            assert answer.status_code == 403
    assert not (await office.store.pause()).on
    assert len(await office.store.letters(9)) == 3
    assert office.notes() == []


async def test_every_form_of_ours_carries_the_mark(office: OfficeRoom) -> None:
    for path in LOOKS:
        html = await office.page(path)
        for form in re.findall(r"<form.*?</form>", html, re.DOTALL):
            assert f'name="csrf" value="{MARK}"' in form


async def test_what_buyers_write_is_never_markup(office: OfficeRoom) -> None:
    shown = 0
    for path in ("", "/now", "/handovers", "/issues", "/letters", "/record"):
        html = await office.page(path)
        assert set(re.findall(r"<script[^>]*>", html)) <= set(re.findall(r'<script src="/static/[^"]+" defer>', html))
        assert "alert(1)</" not in html
        assert not re.search(r"\son\w+=|style=", html)
        shown += EVIL in words(html.replace("&lt;script&gt;", "<script>")) or "alert(1)" in html
    assert shown == 5


async def test_pages_are_kept_by_nobody_on_the_way(office: OfficeRoom) -> None:
    for path in LOOKS:
        answer = await office.client.get(f"/desk/office{path}")
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_pages_speak_one_language(tmp_path: Path, language: str) -> None:
    english = {
        "": "Waiting now",
        "/roster": "Roster",
        "/letters": "Everything has arrived",
        "/record": "Service record",
    }
    async with office_room(tmp_path, language=language) as opened:
        for path, text in english.items():
            html = await opened.page(path)
            assert (text in words(html)) == (language == "en")
            assert f'lang="{ {"zh_CN": "zh-CN", "en": "en"}[language] }"' in html


_ANY = st.text(max_size=40) | st.sampled_from(
    ["", "0001-01-01", "9999-12-31", "2026-13-01", "2026-W99", "0000-W00", "９９９９-12-31", "1969-12-31", "2199-12-31",
     "1970-01-01", "2026-W48", "agent", "\0", "\ud83d", "x" * 600]
)  # fmt: skip
_QUERIES = st.dictionaries(st.sampled_from(["week", "day", "by", "open", "before", "told"]), _ANY, max_size=3)


def _address(path: str, query: dict[str, str]) -> str:
    told = "&".join(f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}" for name, text in query.items())
    return f"/desk/office{path.partition('?')[0]}?{told}"


@given(st.sampled_from(LOOKS), _QUERIES)
@settings(max_examples=60, deadline=None)
async def test_whatever_is_asked_gets_a_page(playground: OfficeRoom, path: str, query: dict[str, str]) -> None:
    answer = await playground.client.get(_address(path, query))
    assert answer.status_code in {200, 422}


@given(st.sampled_from(ACTS), st.dictionaries(st.sampled_from(FIELDS), _ANY))
@settings(max_examples=40, deadline=None)
async def test_whatever_a_form_says_is_answered(playground: OfficeRoom, path: str, fields: dict[str, str]) -> None:
    told = {name: text.encode("utf-8", "replace").decode() for name, text in fields.items()}
    assert (await playground.does(path, **told)).status_code in {303, 404, 422}
