"""Measures what the project promises, each figure as a ratio within this one run on this machine.

Run it with ``make bench``; ``python benchmarks/run.py start keys`` measures only the named parts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.large_database import fill
from benchmarks.sshd import NoServerError, sshd
from benchmarks.terminal import Terminal

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"
PROGRAM = [sys.executable, "-m", "onco_tui"]
RUNS = 7


def main() -> None:
    """Run the named parts, or all."""
    parts: dict[str, Callable[[], None]] = {
        "version": version,
        "start": start,
        "keys": keys,
        "check": check,
        "codes": codes,
        "packages": packages,
        "worklist": worklist,
        "ssh": over_ssh,
    }
    for name in sys.argv[1:] or list(parts):
        parts[name]()


def tell(what: str, figure: str, target: str = "") -> None:
    """Print one figure."""
    print(f"{what:<58}{figure:>16}   {target}", flush=True)


def wall(command: list[str]) -> float:
    """Give the seconds a command takes."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def paired(one: Callable[[], float], other: Callable[[], float], runs: int = RUNS) -> tuple[float, float, float]:
    """Measure two things in turns; give both medians and the median of the ratios."""
    pairs = [(one(), other()) for _ in range(runs)]
    firsts, seconds = zip(*pairs, strict=True)
    ratio = statistics.median(first / second for first, second in pairs)
    return statistics.median(firsts), statistics.median(seconds), ratio


def version() -> None:
    """Compare --version with a bare interpreter, and look at what it imports."""
    mine, bare, ratio = paired(lambda: wall([*PROGRAM, "--version"]), lambda: wall([sys.executable, "-c", "pass"]), 15)
    tell(
        "onco-tui --version against python -c pass",
        f"{ratio:.2f}x",
        f"at most 3x ({mine * 1e3:.0f} / {bare * 1e3:.0f} ms)",
    )
    for argument in ("--version", "--help"):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "onco_tui", argument], check=True, capture_output=True, text=True
        )
        tell(f"{argument} imports textual", "yes" if "textual" in done.stderr else "no", "no")


def start() -> None:
    """Compare the first usable screen with that of a minimal app."""
    with tempfile.TemporaryDirectory() as folder:
        path = demo_database(Path(folder))

        def ready(command: list[str], text: str) -> float:
            with Terminal(command) as terminal:
                return terminal.wait_for(text)

        mine, small, ratio = paired(
            lambda: ready([*PROGRAM, "review", str(path)], "■E"),
            lambda: ready([sys.executable, str(HERE / "minimal_app.py")], "minimal ready"),
        )
    tell(
        "first usable screen against a minimal Textual app",
        f"{ratio:.2f}x",
        f"at most 1.5x ({mine:.2f} / {small:.2f} s)",
    )


def keys() -> None:
    """Measure CPU time and bytes per key press while moving and while editing with the checks on."""
    with tempfile.TemporaryDirectory() as folder:
        path = demo_database(Path(folder))
        with Terminal([*PROGRAM, "review", str(path)]) as terminal:
            terminal.wait_for("■E")
            terminal.settle(2.0)  # the rules load meanwhile
            report("moving in the worklist", terminal, ["j", "k"] * 60)
            terminal.press("\r", 0.5)
            report("moving in the claim", terminal, ["j", "k"] * 60)
            report("next and previous finding", terminal, ["n", "p"] * 40)
            terminal.press("e", 0.5)
            report("typing in the line editor, checks on", terminal, ["9", "\x7f"] * 60)
    with Terminal([sys.executable, str(HERE / "minimal_app.py")]) as terminal:
        terminal.wait_for("minimal ready")
        terminal.settle(0.5)
        report("minimal app: one line updated", terminal, ["j"] * 60)


def report(what: str, terminal: Terminal, presses: list[str]) -> None:
    """Press keys one by one and print CPU milliseconds and bytes."""
    measured = [terminal.press(key) for key in presses]
    cpu = sorted(spent for _, spent in measured)
    drawn = statistics.median(count for count, _ in measured)
    middle, worst = cpu[len(cpu) // 2], cpu[max(0, int(len(cpu) * 0.99) - 1)]
    tell(f"{what}: CPU ms p50 / p99", f"{middle:.1f} / {worst:.1f}", "p99 at most 16")
    tell(f"{what}: bytes a key", f"{drawn:.0f}")


def over_ssh() -> None:
    """Compare key press to last byte painted with a minimal app, both over a real sshd on this machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = demo_database(folder)
        try:
            with sshd(folder) as line:
                mine = line.command([*PROGRAM, "review", str(path)], at=HERE.parent)
                small = line.command([sys.executable, str(HERE / "minimal_app.py")], at=HERE.parent)
                with Terminal(mine) as terminal:
                    terminal.wait_for("■E")
                    terminal.settle(2.0)
                    painted("over ssh: moving in the worklist", terminal, ["j", "k"] * 40)
                    terminal.press("\r", 0.5)
                    painted("over ssh: moving in the claim", terminal, ["j", "k"] * 40)
                    painted("over ssh: next and previous finding", terminal, ["n", "p"] * 40)
                with Terminal(small) as terminal:
                    terminal.wait_for("minimal ready")
                    terminal.settle(0.5)
                    painted("over ssh: minimal app, one line updated", terminal, ["j"] * 40)
        except NoServerError as reason:
            tell("over ssh", "not measured", str(reason))


def painted(what: str, terminal: Terminal, presses: list[str]) -> None:
    """Press keys one by one and print the time to the last byte, and bytes."""
    measured = [terminal.press_and_time(key) for key in presses]
    times = sorted(seconds * 1e3 for _, seconds in measured)
    drawn = statistics.median(count for count, _ in measured)
    middle, worst = times[len(times) // 2], times[max(0, int(len(times) * 0.99) - 1)]
    tell(f"{what}: ms p50 / p99", f"{middle:.1f} / {worst:.1f}")
    tell(f"{what}: bytes a key", f"{drawn:.0f}")


def check() -> None:
    """Compare checking documents with only decoding them, in CPU time."""
    from onco_tui.codesets.reference import shipped_reference  # noqa: PLC0415  only this part needs it
    from onco_tui.encounter.document import parse_encounter, read_json  # noqa: PLC0415  same
    from onco_tui.rules.engine import check as check_encounter  # noqa: PLC0415  same

    texts = [path.read_text(encoding="utf-8") for path in sorted(FIXTURES.glob("*.json"))] * 10
    reference = shipped_reference()
    check_encounter(parse_encounter(read_json(texts[0])), reference)

    def decode() -> float:
        began = time.process_time()
        for text in texts:
            parse_encounter(read_json(text))
        return time.process_time() - began

    def decode_and_check() -> float:
        began = time.process_time()
        for text in texts:
            check_encounter(parse_encounter(read_json(text)), reference)
        return time.process_time() - began

    both, only, ratio = paired(decode_and_check, decode, 5)
    tell(
        "decode and check against only decoding",
        f"{ratio:.2f}x",
        f"{len(texts) / both:.0f} / {len(texts) / only:.0f} a CPU second",
    )


def packages() -> None:
    """Compare looking up every NDC of the crosswalk, as written by people, with looking up as many words."""
    from onco_tui.codesets.ndc import hyphenated  # noqa: PLC0415  only this part needs it
    from onco_tui.codesets.ndc_crosswalk import load_crosswalk  # noqa: PLC0415  same

    path = HERE.parent / "rulesets" / "drug_ndcs.json.gz"
    known = list(load_crosswalk(path))
    written = [form for ndc in known for form in (ndc, hyphenated(ndc))][:8000]
    words = dict.fromkeys(written, "")

    def look_up() -> float:
        crosswalk = load_crosswalk(path)  # fresh, so that nothing is kept from before
        began = time.process_time()
        for ndc in written:
            crosswalk.product(ndc)
        return time.process_time() - began

    def words_only() -> float:
        began = time.process_time()
        for _ in range(20):
            sum(words[ndc] == "" for ndc in written)
        return (time.process_time() - began) / 20

    mine, plain, ratio = paired(look_up, words_only, 5)
    tell(
        f"look-up of {len(written)} NDCs against that of words in a dict",
        f"{ratio:.0f}x",
        f"at most 50 us each ({mine / len(written) * 1e6:.1f} / {plain / len(written) * 1e6:.2f} us)",
    )


def codes() -> None:
    """Compare loading all NCCI pairs with reading their lines; measure look-ups, searches, start and wheel."""
    from benchmarks import code_sets  # noqa: PLC0415  only this part needs it

    with tempfile.TemporaryDirectory() as folder:
        table = code_sets.pair_table(Path(folder))
        mine, lines, ratio = paired(lambda: code_sets.load(table), lambda: code_sets.split(table), 5)
    tell(
        "loading all NCCI pairs against splitting their lines",
        f"{ratio:.2f}x",
        f"below 3x ({mine:.2f} / {lines:.2f} CPU s)",
    )
    for name, seconds in code_sets.look_ups():
        tell(f"warm look-up of a {name}", f"{seconds * 1e6:.2f} us", "below 20 us")
    times = code_sets.searches()
    middle, worst = times[len(times) // 2], times[-1]
    tell(f"{len(times)} code searches: ms p50 / worst", f"{middle * 1e3:.1f} / {worst * 1e3:.1f}", "below 10 ms")
    for what, command in {
        "look-up": ["codes", "show", "C34.11"],
        "search": ["codes", "find", "lung right upper"],
    }.items():
        seconds = statistics.median(wall([*PROGRAM, *command]) for _ in range(RUNS))
        tell(f"first {what} of a fresh process", f"{seconds:.2f} s", "below 2 s")
    tell("the wheel with its code sets", f"{code_sets.wheel_megabytes():.1f} MB", "below 15 MB")


def worklist() -> None:
    """Compare the worklist of 100,000 encounters with one of 100."""
    long_list(100_000)


def million() -> None:
    """Compare the worklist of a million encounters with one of 100."""
    long_list(1_000_000)


def long_list(count: int) -> None:
    """Measure opening a long list, going to its end and back, and filtering it."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.db", Path(folder) / "large.db"
        fill(small, 100)
        fill(large, count)
        measure_lists(small, large, count)


def measure_lists(small: Path, large: Path, count: int) -> None:
    """Print the figures of a long list beside those of a short one."""

    def ready(path: Path) -> float:
        with Terminal([*PROGRAM, "review", str(path)]) as terminal:
            return terminal.wait_for("Sample")

    many, few, ratio = paired(lambda: ready(large), lambda: ready(small))
    tell(f"worklist of {count:,} against one of 100", f"{ratio:.2f}x", f"at most 1.3x ({many:.2f} / {few:.2f} s)")
    with Terminal([*PROGRAM, "review", str(large)]) as terminal:
        terminal.wait_for("Sample")
        terminal.settle(2.0)
        for what, presses in {"end": ["G"], "top": ["g"], "end and top": ["G", "g"] * 5}.items():
            spent = [terminal.press(key)[1] for key in presses]
            tell(f"to the {what} of {count:,}: CPU ms, worst", f"{max(spent):.0f}", "below 100")


def demo_database(folder: Path) -> Path:
    """Import the fixtures into a fresh database."""
    path = folder / "bench.db"
    files = [str(file) for file in sorted(FIXTURES.glob("*.json"))]
    subprocess.run([*PROGRAM, "import", *files, "--db", str(path)], check=True, capture_output=True)
    return path


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    main()
