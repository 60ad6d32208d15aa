"""What the code sets cost: loading the largest table, warm look-ups, searches, the wheel."""

from __future__ import annotations

import gzip
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from onco_tui.codesets.importing import import_file
from onco_tui.codesets.lookups import CodeSets
from onco_tui.codesets.reference import shipped_reference

ROOT = Path(__file__).parent.parent
REAL_PAIRS = ROOT.parent / "shared" / "data" / "ncci_ptp" / "ccipra-2024q3-rerendered.txt.gz"
SHIPPED = ROOT / "rulesets" / "codes.sqlite"
ROWS = 2_546_017  # the practitioner table of July 2024
DAY = date(2026, 3, 2)
_SEARCHES = 1500
_HOSTILE = ('"' * 1000, "a " * 500, "x" * 1000, "NEAR(a b) OR c*", "label:lung", "(" * 1000, "'; DROP TABLE codes;--")


def pair_table(folder: Path) -> Path:
    """Lay out the practitioner pairs as plain text: CMS's own where they are at hand, else as many made up."""
    path = folder / "ccipra-v302r0-f1.txt"
    if REAL_PAIRS.exists():
        with gzip.open(REAL_PAIRS) as packed, path.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    else:
        path.write_bytes(b"".join(_made_up()))
    return path


def _made_up() -> Iterator[bytes]:
    yield b"Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    for number in range(ROWS):
        first, second = divmod(number, 300)
        days = f"20{number % 20:02}0101\t" + ("*" if number % 3 else f"20{20 + number % 5}1231")
        end = f"{days}\t{number % 2}\tMade up rationale {number % 9}"
        yield f"{10000 + first}\t{20000 + second}\t\t{end}\r\n".encode()


def split(path: Path) -> float:
    """Give the CPU seconds of reading the lines and splitting them."""
    began = time.process_time()
    with path.open(encoding="cp1252") as text:
        for line in text:
            line.split("\t")
    return time.process_time() - began


def load(path: Path) -> float:
    """Give the CPU seconds of importing the table into a fresh store."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        import_file(path, Path(folder), today=DAY)
        return time.process_time() - began


def look_ups() -> Iterator[tuple[str, float]]:
    """Give the name and the seconds of each kind of look-up, warm."""
    codes = shipped_reference().codesets
    asks: dict[str, Callable[[], object]] = {
        "diagnosis": lambda: codes.diagnosis("C34.11", DAY),
        "procedure": lambda: codes.procedure("J9271", DAY),
        "pair": lambda: codes.pair("96413", "36591", DAY),
        "unit limit": lambda: codes.limit("96415", DAY),
        "add-on code": lambda: codes.addon("96415", DAY),
    }
    for name, ask in asks.items():
        ask()
        yield name, statistics.median(timeit.repeat(ask, number=1000, repeat=7)) / 1000


def searches() -> list[float]:
    """Give the seconds of many searches, sorted: parts of labels, starts of codes, letters, hostile texts.

    Each text is searched three times and the best time counts, as other programs run beside.
    """
    codes = shipped_reference().codesets
    chosen = random.Random(5)  # noqa: S311  not a secret
    with closing(sqlite3.connect(f"{SHIPPED.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        drawn = connection.execute(
            "SELECT label, code FROM codes ORDER BY id % 7919, id LIMIT ?", (_SEARCHES,)
        ).fetchall()
    texts = [*_HOSTILE, *"abcdefghijklmnopqrstuvwxyz0123456789"]
    for label, code in drawn:
        words = re.findall(r"\w+", label)
        part = chosen.sample(words, min(len(words), chosen.randint(1, 5)))
        part[-1] = part[-1][: chosen.randint(1, 12)]
        texts += [" ".join(part), code[: chosen.randint(1, 7)]]
    codes.find("lung", DAY)
    return sorted(min(_searched(codes, text) for _ in range(3)) for text in texts)


def _searched(codes: CodeSets, text: str) -> float:
    began = time.perf_counter()
    codes.find(text, DAY)
    return time.perf_counter() - began


def wheel_megabytes() -> float:
    """Build the wheel and give its size."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        return next(Path(folder).glob("*.whl")).stat().st_size / 1e6
