"""The environment: known names, allowed values, the nearest name for a slip."""

from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.settings import DEFAULT_DATABASE, KNOWN, Settings, read_settings, shipped


def test_an_empty_environment_gives_the_defaults(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path) == Settings(DEFAULT_DATABASE, shipped("replies"), shipped("rules"))


def test_the_shipped_files_are_there() -> None:
    assert list(shipped("replies").rglob("*.md"))
    assert list(shipped("rules").glob("*.yaml"))


def test_the_working_folders_files_come_before_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "replies").mkdir()
    found = read_settings({}, tmp_path)
    assert (found.replies, found.rules) == (tmp_path / "replies", shipped("rules"))


def test_it_is_known_which_shipped_folders_stand_in_for_the_shops(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path).assumed == ("replies", "rules")
    assert read_settings({"YEBAN_REPLIES_DIR": "elsewhere"}, tmp_path).assumed == ("rules",)
    (tmp_path / "rules").mkdir()
    assert read_settings({}, tmp_path).assumed == ("replies",)


def test_a_named_folder_comes_before_all(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    assert read_settings({"YEBAN_RULES_DIR": "elsewhere"}, tmp_path).rules == Path("elsewhere")


def test_everything_can_be_set(tmp_path: Path) -> None:
    found = read_settings(
        {
            "YEBAN_DATABASE_URL": "sqlite:///x.db",
            "YEBAN_CHANNEL_SECRET": "whsec_new, whsec_old,",
            "YEBAN_CHANNEL_URL": "https://shop.example/in",
            "YEBAN_LOG": "text",
            "YEBAN_WIDGET": "on",
        },
        tmp_path,
    )
    assert (found.database_url, found.secrets) == ("sqlite:///x.db", ("whsec_new", "whsec_old"))
    assert (found.channel_url, found.log_format, found.widget) == ("https://shop.example/in", "text", True)


def test_sites_that_may_frame_the_chat_are_origins() -> None:
    found = read_settings({"YEBAN_WIDGET_ORIGINS": "https://www.Shop.example, https://m.shop.example:8443/,"})
    assert found.widget_origins == ("https://www.shop.example", "https://m.shop.example:8443")
    for origin in ("http://shop.example", "shop.example", "*", "https://*.shop.example", "https://a.example/b",
                   "https://a.example; script-src *", "https://", "https://a b", "https://u@a.example"):  # fmt: skip
        with pytest.raises(UsageError) as refused:
            read_settings({"YEBAN_WIDGET_ORIGINS": f"https://ok.example,{origin}"})
        assert origin in str(refused.value)


def test_an_empty_value_is_no_value(tmp_path: Path) -> None:
    assert read_settings(dict.fromkeys(KNOWN, ""), tmp_path) == read_settings({}, tmp_path)


def test_other_programs_names_are_none_of_our_business(tmp_path: Path) -> None:
    assert read_settings({"PATH": "/bin", "XYEBAN_LOG": "x"}, tmp_path) == read_settings({}, tmp_path)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("YEBAN_DATABSE_URL", "YEBAN_DATABASE_URL"),
        ("YEBAN_REPLIES", "YEBAN_REPLIES_DIR"),
        ("YEBAN_SECRET", "YEBAN_CHANNEL_SECRET"),
        ("YEBAN_LOGS", "YEBAN_LOG"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(slip: str, meant: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_settings({slip: "x"})
    assert refused.value.params == {"name": slip, "nearest": meant}
    assert meant in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("YEBAN_LOG", "xml"), ("YEBAN_LOG", "JSON"), ("YEBAN_WIDGET", "yes"), ("YEBAN_CHANNEL_URL", "shop.example")],
)
def test_a_value_that_is_none_of_the_allowed_is_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_settings({name: value})
    assert value in str(refused.value)


def test_no_secret_is_repeated_in_a_refusal() -> None:
    with pytest.raises(UsageError) as refused:
        read_settings({"YEBAN_CHANNEL_SECRET": "whsec_hush", "YEBAN_LOG": "xml"})
    assert "hush" not in str(refused.value)
