"""The head of a reply file: who asks it, how, until when, and what a buyer will read.

In: the front matter's YAML. Out: frozen values. Never: the wordings; those are the file's body.
"""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from bot.core.book import CODE_LONGEST, DEFAULT
from bot.core.rules.kinds import Local, Rule, Text, Words, some_text
from bot.core.rules.lint import Allow


class SampleData(Rule):
    """What a buyer will read: the fields given, and words that must be in the result."""

    given: dict[str, dict[str, str]] = Field(default_factory=dict)
    says: Words = Field(min_length=1)
    variant: str = DEFAULT


class ValidData(Rule):
    from_: Local
    until: Local
    then: str

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: datetime, info: ValidationInfo) -> datetime:
        begin = info.data.get("from_")
        if begin and until <= begin:
            raise ValueError("ends_before")
        return until


class FrontMatter(Rule):
    """The head of a reply file. `then` maps a variant to what follows; a plain text stands for all variants.

    `under`: the intent that this file is a part of; `intent` is then the part's own name, and no class to be learned.
    `allow`: words that the lint of `rules/redlines.yaml` is not to tell of here.
    """

    title: Text
    under: Text | None = None
    intent: Text | None = Field(default=None, validate_default=True)
    owner: str | None = None
    asks: Words = ()
    not_asks: dict[Text, Text] = Field(default_factory=dict)
    short: Annotated[str, Field(max_length=CODE_LONGEST), AfterValidator(some_text)] | None = None
    samples: tuple[SampleData, ...] = ()
    then: dict[str, str] = Field(default_factory=dict)
    valid: ValidData | None = None
    needs: Words = ()
    allow: tuple[Allow, ...] = ()

    @field_validator("intent")
    @classmethod
    def _names_a_part(cls, intent: str | None, info: ValidationInfo) -> str | None:
        if intent is None and info.data.get("under"):
            raise PydanticKnownError("missing")
        return intent

    @field_validator("then", mode="before")
    @classmethod
    def _for_all(cls, value: object) -> object:
        return {"*": value} if isinstance(value, str) else value
