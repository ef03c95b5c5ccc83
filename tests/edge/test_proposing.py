"""From an issue log in a real database to a patch that git takes."""

import json
import subprocess
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.acts import Act
from bot.content.files import read_files
from bot.content.proposed import Patch, patch_of
from bot.content.replies import read_reply
from bot.core.model import Conversation, Kind, Message, Sender
from bot.core.notebooks import Issue
from bot.core.proposals import Kind as What
from bot.errors import ContentError
from bot.proposal_words import header, plain, report
from bot.proposing import Suggestions, suggestions
from bot.records import Event, Outcome
from bot.store import SqlStore, open_store
from tests.core.asking import issue, shop
from tests.core.book import NIGHT
from tests.core.test_proposals import FAR, NEAR
from tests.fakes import counting_ids

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
DAYS = date.fromisoformat("2026-11-20"), date.fromisoformat("2026-11-26")
FILE = "---\nintent: care_howto\ntitle: 洗涤\nasks:\n  - 怎么洗\n---\n## default\n亲，好的。"
ISSUES = (
    *(issue(number, text) for number, text in enumerate((*NEAR, *FAR))),
    issue(7, "能带上飞机么 打13800138000"),
    issue(8, "小雅能带上飞机么"),
    issue(9, "发票怎么弄"),
)


async def human(store: SqlStore, one: Issue, *lines: tuple[Sender, str], name: str | None = None) -> None:
    """What was said in an issue's conversation an hour later."""
    talk = one.conversation_id or ""
    body = {"id": f"m{talk}", "conversation_id": talk, "buyer": {"id": one.buyer_id}, "sender": "buyer", "kind": "text"}
    later, lane = one.at + HOUR, f"c:webhook:{talk}"
    await store.accept(Event("webhook", f"e{talk}", "message.created", lane, body, later, later))
    [claim] = await store.claim(later, 10)
    told = tuple(
        Message(f"m{talk}-{n}", talk, one.buyer_id or "", sender, Kind.TEXT, later + n * timedelta(seconds=1), text,
                agent_id="a01" if sender is Sender.SELLER else None)
        for n, (sender, text) in enumerate(lines)
    )  # fmt: skip
    mine = Conversation(talk, "webhook", one.buyer_id or "", buyer_name=name)
    done = tuple(event.seq for event in (await store.load(claim)).events)
    assert await store.save(claim, Outcome(done, mine, told), later)


async def told_by(folder: Path, issues: Sequence[Issue] = ISSUES) -> Suggestions:
    store = open_store(f"sqlite:///{folder / 'yeban.db'}", new_id=counting_ids())
    try:
        await store.act(Act(issues=tuple(issues)), NIGHT)
        seller, buyer = Sender.SELLER, Sender.BUYER
        await human(store, issues[3], (seller, "可以的，找我138 0013 8000"), (buyer, "好"))
        await human(store, issues[4], (seller, "可以的，找我138 0013 8000"), (buyer, "答非所问"))
        await human(store, issues[-2], (seller, "小雅，不行"), name="小雅")
        return await suggestions(store, shop(), NIGHT - HOUR, NIGHT + HOUR, 1)
    finally:
        await store.close()


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shop_in(folder: Path) -> Path:
    """A repository with the replies one level down."""
    replies = folder / "shop" / "replies"
    (replies / "g").mkdir(parents=True)
    (replies / "g" / "care_howto.md").write_bytes(FILE.encode())
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    return replies


def patch_in(told: Suggestions, replies: Path) -> Patch:
    return patch_of([one.proposal for one in told.found], replies)


async def test_a_patch_is_applied_by_git_and_refused_by_the_check_until_somebody_wrote_the_words(
    tmp_path: Path,
) -> None:
    told, replies = await told_by(tmp_path), shop_in(tmp_path)
    patch = patch_in(told, replies)
    (tmp_path / "s.patch").write_bytes((header(told, patch, *DAYS) + patch.text).encode())
    git(tmp_path, "apply", "s.patch")
    changed = [line[3:] for line in git(tmp_path, "status", "--porcelain", "-uall", "shop").splitlines()]
    drafts = sorted(changed)[1:] if changed[0].endswith("care_howto.md") else sorted(changed)
    topic = read_reply(read_files(replies, None), "replies/g/care_howto.md").topic
    assert {ask.text for ask in topic.asks} == {"怎么洗", *NEAR}
    news = [path for path in drafts if "/new/" in path]
    assert len(news) == sum(bool(one.proposal.lines) for one in told.found if one.proposal.kind is What.NEW) >= 1
    for path in news:
        with pytest.raises(ContentError):
            read_reply(read_files(replies, None), path.removeprefix("shop/"))


async def test_suggesting_changes_no_file_and_says_the_same_again(tmp_path: Path) -> None:
    replies = shop_in(tmp_path)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first, second = await told_by(tmp_path / "one"), await told_by(tmp_path / "two")
    assert first == second
    assert patch_in(first, replies) == patch_in(second, replies)
    assert (replies / "g" / "care_howto.md").read_bytes() == FILE.encode()
    assert len(list(replies.rglob("*"))) == 2


async def test_no_word_of_it_tells_of_anybody(tmp_path: Path) -> None:
    told, replies = await told_by(tmp_path), shop_in(tmp_path)
    patch = patch_in(told, replies)
    for text in (header(told, patch, *DAYS) + patch.text, json.dumps(plain(told, patch, *DAYS), ensure_ascii=False)):
        assert not any(word in text for word in ("138", "0013", "小雅", "b7", "c7"))


async def test_what_people_answered_is_told_beside_the_draft_and_never_in_it(tmp_path: Path) -> None:
    told, replies = await told_by(tmp_path), shop_in(tmp_path)
    patch = patch_in(told, replies)
    assert any("可以的" in line for line in report(told, patch, *DAYS))
    assert "可以的" not in patch.text
    given = [answer for one in told.found for answer in one.answers if "可以的" in answer.text]
    assert [answer.count for answer in given] == [1]  # the second buyer said that it was no answer


async def test_where_lines_cannot_be_put_a_person_is_told(tmp_path: Path) -> None:
    told, replies = await told_by(tmp_path), shop_in(tmp_path)
    (replies / "g" / "care_howto.md").write_text(FILE.replace("asks:\n  - 怎么洗", "asks: [怎么洗] # 甲\nasks: [乙]"))
    patch = patch_in(told, replies)
    near = next(one.proposal for one in told.found if one.proposal.kind is What.ASKS)
    assert patch.unplaced == (near.id,)
    assert "care_howto" not in patch.text
    rows = plain(told, patch, *DAYS)["suggestions"]
    assert isinstance(rows, list)
    assert [row["id"] for row in rows if row["unplaced"]] == [near.id]


async def test_a_draft_does_not_overwrite_a_file(tmp_path: Path) -> None:
    told, replies = await told_by(tmp_path), shop_in(tmp_path)
    new = next(one.proposal for one in told.found if one.proposal.kind is What.NEW and one.proposal.lines)
    path = replies / (new.path or "").removeprefix("replies/")
    path.parent.mkdir()
    path.write_text("写到一半")
    assert new.id in patch_in(told, replies).unplaced
