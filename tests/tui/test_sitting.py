"""A whole sitting in a real terminal: ten charts by keyboard alone, and the audit log agrees with the keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onco_tui.review.desk import Desk
from tests.tui.driver import stock
from tests.tui.terminal import Terminal, plain

pytestmark = pytest.mark.slow
FIXTURES = sorted(Path("fixtures").glob("*.json"))[:10]
ONE_CHART = "Ayx1\rFy"
"""Accept all safe fixes, set the next finding aside as documented, finalize in spite of what is still open."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stock(tmp_path / "claims.db", [json.loads(path.read_text(encoding="utf-8")) for path in FIXTURES])


@pytest.mark.parametrize(
    ("size", "term"), [((80, 24), "xterm-256color"), ((120, 40), "screen"), ((200, 50), "linux")], ids=str
)
def test_ten_charts_by_keyboard_alone(database: Path, size: tuple[int, int], term: str) -> None:
    terminal = Terminal(database, size=size, env={"TERM": term})
    try:
        terminal.until("Preview")
        terminal.press("enter")
        for _ in FIXTURES:
            terminal.press(ONE_CHART)
            terminal.press("]")
        assert "this is the last chart of the list" in plain(terminal.raw)
        terminal.press("q", "q")
        assert terminal.end() == 0
    finally:
        terminal.kill()
    with Desk.open(database) as desk:
        assert desk.verify().ok
        for path in FIXTURES:
            encounter_id = json.loads(path.read_text(encoding="utf-8"))["encounter_id"]
            first, *done, last = [row.action for row in desk.audit(encounter_id)]
            assert (first, last) == ("import", "finalize"), encounter_id
            assert done == sorted(done), "safe fixes first, then at most one dismissal"
            assert set(done) <= {"accept", "dismiss"}
            assert done.count("dismiss") <= 1
