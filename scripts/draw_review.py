"""Draws docs/review.svg: the review screen on a fixture, as the README shows it.

Run it from the repository: ``python scripts/draw_review.py``.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from onco_tui.review.demo import fill_demo
from onco_tui.review.desk import Desk
from onco_tui.tui.app import OncoApp

_ENCOUNTER = "E-2026-0045"
_PICTURE = Path(__file__).parent.parent / "docs" / "review.svg"


async def draw(path: Path) -> str:
    """Open an encounter at 120x36 and give the screen as SVG."""
    app = OncoApp(lambda: Desk.open(path), _ENCOUNTER)
    async with app.run_test(size=(120, 36)) as pilot:
        for _ in range(20):
            await pilot.pause(0.1)
            if app.review is not None:
                break
        await pilot.press("n")
        await pilot.pause(0.5)
        return app.export_screenshot(title="onco-tui")


def _without_addresses(picture: str) -> str:
    """Leave out the fonts Textual would fetch from elsewhere; any fixed-width font will do."""
    return re.sub(r"\s*@font-face \{.*?\}|<!--.*?-->", "", picture, flags=re.DOTALL)


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        with Desk.create(path) as desk:
            fill_demo(desk)
        _PICTURE.write_text(_without_addresses(asyncio.run(draw(path))), encoding="utf-8")
    print(_PICTURE)


if __name__ == "__main__":
    main()
