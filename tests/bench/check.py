"""How long `yeban check` takes, beside a bare parse of the same files.

In: the shipped files, and a shop of 200 reply files and 5,000 asks made of them. Out: seconds of the whole command from
start to exit, of a new Python each time. Never: a parse warmed up by another.

The ceiling is what nobody who reads these files can leave out: a Python that starts, reads the YAML with PyYAML's C
loader and compiles the wordings with Jinja2. On both sides all modules are there as bytecode, as an installed package
has them; where the shell forbids Python to write it (`PYTHONDONTWRITEBYTECODE`), only the libraries' would be.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.content.folder import reply_paths
from tests.bench.show import Row, rounded

FILES, ASKS = 200, 5_000
ROUNDS = 5
_ROOT = Path(__file__).parents[2]
_BARE = """
import sys, yaml, jinja2
from pathlib import Path
environment = jinja2.Environment()
for path in sorted(one for one in Path(sys.argv[1]).rglob("*.md") if one.name != "README.md"):
    head, _, body = path.read_text("utf-8").removeprefix("---\\n").partition("\\n---\\n")
    yaml.load(head, Loader=yaml.CSafeLoader)
    for variant in body.split("\\n## "):
        for wording in variant.partition("\\n")[2].split("\\n~\\n"):
            environment.from_string(wording)
for path in Path(sys.argv[2]).glob("*.yaml"):
    yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
"""


def check_times() -> Iterator[Row]:
    """The shop of the contract's size, and the shipped one."""
    with tempfile.TemporaryDirectory() as folder:
        yield _row(f"check {FILES} files {ASKS} asks", *shop_of(Path(folder)))
    yield _row("check shipped", _ROOT / "replies", _ROOT / "rules")


def shop_of(folder: Path, files: int = FILES, asks: int = ASKS) -> tuple[Path, Path]:
    """The shipped shop with few asks a file and no near misses, filled up with files that only ask."""
    replies, rules = folder / "replies", folder / "rules"
    shutil.copytree(_ROOT / "rules", rules)
    shutil.copytree(_ROOT / "replies", replies)
    left = asks
    for path in reply_paths(replies):
        kept = list(_shortened(path.read_text("utf-8").split("\n"), asks // files))
        path.write_text("\n".join(kept), "utf-8")
        left -= sum(line.startswith("  - ") for line in _asks(kept))
    more = files - len(reply_paths(replies))
    for number in range(more):
        _fill(replies / "more" / f"m{number}.md", number, left * (number + 1) // more - left * number // more)
    return replies, rules


def _shortened(lines: Sequence[str], most: int) -> Iterator[str]:
    key, count = "", 0
    for number, line in enumerate(lines):
        if line == "---" and number:
            yield from lines[number:]
            return
        key, count = (line.partition(":")[0], 0) if line[:1].isalpha() else (key, count + 1)
        if not (key == "not_asks" or (key == "asks" and count > most)):
            yield line


def _asks(lines: Sequence[str]) -> Sequence[str]:
    begin = lines.index("asks:") + 1 if "asks:" in lines else len(lines)
    ends = (number for number in range(begin, len(lines)) if not lines[number].startswith(" "))
    return lines[begin : next(ends, len(lines))]


def _fill(path: Path, number: int, asks: int) -> None:
    lines = "\n".join(f"  - 第{number}样东西的第{ask}种问法" for ask in range(asks))
    head = f"---\nintent: more_{number}\ntitle: 第{number}样\nasks:\n{lines}\nsamples: [{{says: 好的}}]\n---\n"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{head}## default\n好的\n", "utf-8")


def _row(name: str, replies: Path, rules: Path) -> Row:
    with tempfile.TemporaryDirectory() as bytecode:
        python = (sys.executable, "-E", "-X", f"pycache_prefix={bytecode}")
        check = [*python, "-m", "bot", "check", "--replies", str(replies), "--rules", str(rules)]
        bare = [*python, "-c", _BARE, str(replies), str(rules)]
        rounds = [(_took(check), _took(bare)) for _ in range(ROUNDS + 1)][1:]  # the first makes the bytecode
    value, ceiling = (median(one[side][0] for one in rounds) for side in (0, 1))
    cpu, bare_cpu = (median(one[side][1] for one in rounds) for side in (0, 1))
    return {
        "name": name, "store": None, "value": rounded(value, 2), "unit": "s", "ceiling": rounded(ceiling, 2),
        "ratio": rounded(value / ceiling, 2), "cpu_s": rounded(cpu, 2), "ceiling_cpu_s": rounded(bare_cpu, 2),
        "rounds": ROUNDS,
    }  # fmt: skip


def _took(command: Sequence[str]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    before, begun = _cpu(), perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=_ROOT)
    return perf_counter() - begun, _cpu() - before


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
