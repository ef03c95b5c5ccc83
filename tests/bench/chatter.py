"""ChatterBot beside Yeban, in a Python of its own: it wants an older SQLAlchemy than ours.

In: JSON on stdin, `{"examples": [[text, intent]], "texts": [text]}`. Out: JSON on stdout, `[[intent, confidence,
microseconds]]`, one a text. Never: anything of Yeban imported; this file runs where only ChatterBot is.

ChatterBot's default tagger needs a model that is downloaded; the lower-case tagger does not. Its search over all
statements is used, because its index cuts at blanks, which Chinese has not.
"""

import json
import sys
from importlib import import_module
from time import perf_counter
from typing import Protocol


class Said(Protocol):
    """What ChatterBot answers; its confidence lies between 0 and 1."""

    text: str
    confidence: float


class Bot(Protocol):
    """What this file needs of a ChatterBot."""

    def get_response(self, statement: str) -> Said: ...


def trained(examples: list[list[str]]) -> Bot:
    """A bot that answers each example with its intent."""
    bot: Bot = import_module("chatterbot").ChatBot(
        "peer",
        database_uri="sqlite:///:memory:",
        read_only=True,
        tagger=import_module("chatterbot.tagging").LowercaseTagger,
        tagger_language=import_module("chatterbot.languages").CHI,
        logic_adapters=[{"import_path": "chatterbot.logic.BestMatch", "search_algorithm_name": "text_search"}],
    )
    trainer = import_module("chatterbot.trainers").ListTrainer(bot, show_training_progress=False)
    trainer.train([said for example in examples for said in example])  # one call: one a pair takes minutes
    return bot


def answers(bot: Bot, texts: list[str]) -> list[tuple[str, float, float]]:
    """What it answers, how sure it is, and how long it took."""
    found = []
    for text in texts:
        start = perf_counter()
        said = bot.get_response(text)
        found.append((str(said.text), float(said.confidence), (perf_counter() - start) * 1e6))
    return found


def main() -> None:
    """One job from stdin to stdout."""
    job = json.load(sys.stdin)
    json.dump(answers(trained(job["examples"]), job["texts"]), sys.stdout)


if __name__ == "__main__":
    main()
