"""What really goes over the wire: bytes, exit codes, signals, crashes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onco_tui.review.desk import Desk
from tests.tui.driver import stock
from tests.tui.terminal import RUN, Terminal, plain
from tests.tui.tui_documents import carboplatin_day, claim_without_chart, hostile

pytestmark = pytest.mark.slow
ID = "E-2026-0101"
Start = Callable[..., Terminal]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [hostile(), carboplatin_day(), claim_without_chart()])


@pytest.fixture
def start(database: Path) -> Iterator[Start]:
    opened: list[Terminal] = []

    def begin(encounter_id: str = "", **options: object) -> Terminal:
        terminal = Terminal(database, encounter_id, **options)  # type: ignore[arg-type]
        opened.append(terminal)
        terminal.until("Detail" if encounter_id else "Preview")
        return terminal

    yield begin
    for terminal in opened:
        terminal.kill()


def actions(path: Path) -> list[str]:
    with Desk.open(path) as desk:
        return [row.action for row in desk.audit(ID)]


def command(database: Path, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "TERM"} | env
    script = RUN.format(before="", ascii=False)
    return subprocess.run(
        [sys.executable, "-c", script, str(database), ""],
        capture_output=True, text=True, timeout=60, check=False, env=environment, stdin=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_without_a_screen_it_refuses_and_says_what_else_there_is(database: Path, term: str) -> None:
    done = command(database, TERM=term)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "onco-tui check, fix, export" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_paste_with_escape_characters_runs_nothing(database: Path, start: Start) -> None:
    terminal = start(ID)
    before = actions(database)
    terminal.process.send("\x1b[200~a\x1bAyF\x1b[200~yxq\x1b\x1bq\x1b[201~")
    terminal.read(0.5)
    assert actions(database) == before
    terminal.press("N")
    terminal.process.send("\x1b[200~seen\x1b[31m by me\x1b[201~")
    assert "seen[31m by me" in plain(terminal.read())
    terminal.press("enter")
    assert actions(database) == [*before, "note"]


def test_a_dumb_terminal_is_refused(database: Path) -> None:
    terminal = Terminal(database, env={"TERM": "dumb"})
    try:
        assert terminal.end() == 2
        assert b"\x1b" not in terminal.raw
        assert "onco-tui check, fix, export" in plain(terminal.raw)
    finally:
        terminal.kill()


@pytest.mark.parametrize(("name", "words"), [("missing.db", "missing.db"), ("E-NOT-THERE", "E-NOT-THERE")])
def test_what_cannot_be_opened_is_named_and_the_exit_code_is_2(database: Path, name: str, words: str) -> None:
    missing = name.endswith(".db")
    terminal = Terminal(database.with_name(name) if missing else database, "" if missing else name)
    try:
        assert terminal.end() == 2
        screen, _, after = terminal.raw.rpartition(b"\x1b[?1049l")
        assert screen
        assert plain(after).startswith("onco-tui: ")
        assert words in plain(after)
    finally:
        terminal.kill()


def test_a_session_ends_well_and_leaves_the_terminal_as_it_was(start: Start, database: Path) -> None:
    terminal = start(ID)
    terminal.press("a", "q", "q")
    assert terminal.end() == 0
    assert actions(database) == ["import", "accept"]
    for sequence in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?2004l", b"\x1b[<u"):
        assert sequence in terminal.raw
    for mouse in (b"\x1b[?1000h", b"\x1b[?1003h", b"\x1b[?1006h"):
        assert mouse not in terminal.raw


_ALLOWED = re.compile(
    rb"\x1b\[[0-9;]*m|\x1b\[H\x1b\[2J|\x1b\[\d+;\d+H|\x1b\[\?\d+[hl]|\x1b\[\?\d+\$p|\x1b\[[<>]\d*u|\x1b\]22;\w+\x07"
)


def test_escape_and_a_key_that_arrive_together_are_two_keys(start: Start, database: Path) -> None:
    """A slow line delivers them in one piece, which otherwise means alt and the key."""
    terminal = start(ID)
    terminal.press("e")
    terminal.process.send("7\x1ba")
    terminal.until("saved; u undoes")
    terminal.press("e", "7")
    terminal.process.send("\x1b\r")
    terminal.until("Detail")
    terminal.press("e", "7")
    terminal.process.send("\x1b4")
    terminal.until("4 Detail ▶")
    terminal.press("q", "q")
    assert terminal.end() == 0
    assert actions(database) == ["import", "accept"]


def test_no_hostile_byte_reaches_the_terminal(start: Start) -> None:
    terminal = start("E-HOSTILE")
    terminal.press("1", "G", "2", "z", "G", "z", "3", "j", "x", "tab", "escape")
    terminal.press("1", "g", "e", "tab", "escape", "E", "escape", "A", "n", "a", "t", "escape", "?", "escape", "q")
    terminal.press("/", "h", "o", "s", "t", "enter", "q")
    assert terminal.end() == 0
    for payload in (b"\x1b]52", b"\x1b]0;", b"\x1b[31mred", b"\xc2\x9b", "\u202e".encode(), b"\t", b"\x08"):
        assert payload not in terminal.raw, payload
    rest = _ALLOWED.sub(b"", terminal.raw).decode("utf-8")
    assert set(rest) & {chr(point) for point in (*range(32), 127, *range(0x80, 0xA0))} <= {"\r", "\n"}
    assert "␛]52;c;ZXZpbA==␇" in rest


def test_the_window_title_is_never_set(start: Start) -> None:
    terminal = start(ID)
    terminal.press("a", "q", "q")
    assert not re.search(rb"\x1b\][012];", terminal.raw)


def test_without_colour_no_colour_is_sent(start: Start) -> None:
    terminal = start(ID, env={"NO_COLOR": "1"})
    terminal.press("n", "a", "1", "j", "q", "q")
    assert terminal.end() == 0
    for sequence in re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw):
        colours = {int(part) for part in sequence.split(b";") if part} - {0, 1, 2, 3, 4, 7, 22, 24, 27, 39, 49}
        assert not colours, sequence


@pytest.mark.parametrize(
    "env", [{"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"TERM": "linux"}]
)
def test_a_poor_terminal_gets_ascii(start: Start, env: dict[str, str]) -> None:
    terminal = start(ID, env=env)
    terminal.press("n", "t", "escape", "q", "q")
    assert terminal.end() == 0
    assert terminal.raw.isascii()


def test_only_the_16_colours_of_the_terminal_are_used(start: Start) -> None:
    terminal = start(ID, env={"COLORTERM": "truecolor"})
    terminal.press("n", "a", "q", "q")
    assert b";2;" not in terminal.raw.replace(b";2$y", b"")
    assert b"38;5" not in terminal.raw


def test_keys_cost_few_bytes_and_idling_costs_none(start: Start) -> None:
    terminal = start()
    terminal.read(2.0)
    assert len(terminal.raw) <= 40_000
    assert terminal.read(2.0) == b""
    moves = [len(terminal.press(key)) for key in "jjkk"]
    assert all(0 < each <= 3_000 for each in moves), moves
    assert sum(moves) <= 4 * 1_500
    opened = len(terminal.press("enter"))
    assert opened <= 40_000, "the first review is mounted then"
    terminal.press("q")
    assert len(terminal.press("enter")) <= 24_000
    terminal.press("1", "g")
    assert 0 < len(terminal.press("j")) <= 1_500
    for key in ("z", "z", "?", "escape", "t", "escape", "x", "escape"):
        assert 0 < len(terminal.press(key)) <= 16_000, key


BREAK = """
from onco_tui.tui.controllers.deciding import Deciding
from onco_tui.tui.widgets.pane import Pane
def broken(self, *args, **options):
    patient_name = "Plantedname"
    raise KeyError(patient_name)
"""
PLACES = {
    "in an action": "Deciding.action_accept = broken",
    "while drawing": "Deciding.action_accept = "
    "lambda self: (setattr(Pane, 'render_line', broken), self.screen.slots['facts'].refresh())",
    "in a timer": "Deciding.action_accept = lambda self: self.screen.set_timer(0.01, lambda: broken(self))",
    "in a worker thread of the driver": "Deciding.action_accept = lambda self: self.screen.app.panic('Plantedname')",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_crash_shows_no_patient_data_and_leaves_the_terminal_usable(start: Start, database: Path, place: str) -> None:
    terminal = start(ID, before=BREAK + PLACES[place])
    terminal.press("m", "enter")
    seen = len(terminal.raw)
    terminal.press("a")
    assert terminal.end() == 1
    after = terminal.raw[seen:]
    assert b"Plantedname" not in terminal.raw
    assert b"Testperson" not in after
    assert b"\x1b[?1049l" in after
    assert b"\x1b[?25h" in after
    words = plain(after)
    assert "onco-tui broke" in words
    assert "Traceback" not in words
    assert actions(database) == ["import", "hold"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_good_order(start: Start, database: Path, number: signal.Signals) -> None:
    terminal = start(ID)
    terminal.press("a")
    terminal.process.kill(number)
    assert terminal.end() == 128 + number
    assert b"\x1b[?1049l" in terminal.raw
    assert actions(database) == ["import", "accept"]


def test_a_dropped_connection_ends_it_and_reopening_lands_there(start: Start, database: Path) -> None:
    terminal = start(ID)
    terminal.press("a")
    process = terminal.process.pid
    os.close(terminal.process.child_fd)
    terminal.process.child_fd = -1
    end = time.monotonic() + 10
    gone = 0
    while not gone and time.monotonic() < end:
        gone, _ = os.waitpid(process, os.WNOHANG)
        time.sleep(0.05)
    assert gone == process, "the program outlives its terminal"
    terminal.process.closed = terminal.process.terminated = True
    assert actions(database) == ["import", "accept"]
    again = Terminal(database)
    try:
        assert "Testperson" in plain(again.until("Detail"))
    finally:
        again.kill()


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.06, 0.15])
def test_what_the_screen_said_is_saved_survives_kill_9(start: Start, database: Path, pause: float) -> None:
    terminal = start(ID)
    for key in "auauauau":
        terminal.process.send(key)
    time.sleep(pause)
    terminal.process.kill(signal.SIGKILL)
    painted = re.findall("u undoes|taken back", plain(terminal.read()))
    # The keys alternate, so the same words twice running are one message that was painted again.
    said = [words for words, before in zip(painted, ["", *painted], strict=False) if words != before]
    written = actions(database)
    assert written.count("accept") + written.count("query") >= said.count("u undoes")
    assert written.count("undo") >= said.count("taken back")
    assert set(written[1::2]) <= {"accept", "query"}
    assert set(written[2::2]) <= {"undo"}
    with Desk.open(database) as desk:
        assert desk.verify().ok
