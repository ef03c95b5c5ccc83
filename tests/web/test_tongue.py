"""Every message of the pages has its Chinese, and no catalogue keeps one that no page uses."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from jinja2.ext import babel_extract

from bot.web.pages import environment
from bot.web.tongue import FIRST, SECOND, messages, translations

WEB = Path(__file__).parents[2] / "bot" / "web"
LOCALE = WEB.parent / "locale" / FIRST
_FIELDS = re.compile(r"%\(\w+\)[sd]")


def used() -> set[str]:
    """Messages in templates and in the code behind them."""
    found = set[str]()
    for path in (WEB / "templates").rglob("*.html"):
        with path.open("rb") as file:
            calls = [one[2] for one in babel_extract(file, ("_", "gettext", "ngettext"), (), {"trim_blocks": "true"})]
        found |= {text for one in calls for text in (one if isinstance(one, (list, tuple)) else (one,)) if text}
    for _, _, text, *_ in extract_from_dir(str(WEB), [("**.py", "python")], keywords={"_": None, "N_": None}):
        found |= {text} if isinstance(text, str) else set(text)
    return found


def known() -> dict[str, str]:
    found = dict[str, str]()
    for path in LOCALE.glob("*.po"):
        for message in messages(path, FIRST):
            assert not message.fuzzy, message.id
            for told in _forms(message.id):
                assert told not in found, f"{told} stands in two catalogues"
                found[told] = _forms(message.string)[0]
    return found


def _forms(told: object) -> list[str]:
    """The one form, or singular and plural."""
    return [str(one) for one in told] if isinstance(told, (list, tuple)) else [str(told or "")]


def test_every_message_has_its_chinese_and_none_is_left_over() -> None:
    texts = known()
    assert used() == set(texts)
    assert [one for one, text in texts.items() if not text.strip()] == []


def test_a_message_and_its_chinese_have_the_same_fields() -> None:
    assert [one for one, text in known().items() if set(_FIELDS.findall(one)) != set(_FIELDS.findall(text))] == []


def test_a_page_speaks_the_language_it_is_asked_for() -> None:
    assert translations(FIRST).gettext("Log out") == "退出"
    assert translations(SECOND).gettext("Log out") == "Log out"
    assert environment(FIRST).globals["html_language"] == "zh-CN"
