"""The documentation of settings and keys is what the code says. ``ONCO_TUI_DOCS=write`` writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

from onco_tui.config.reading import read_config
from onco_tui.config.schema import SETTINGS
from onco_tui.config.words import markdown
from onco_tui.tui import keys

DOCS = Path(__file__).parents[2] / "docs"
KEYS_HEAD = """# Keys

Made from the table of keys; `?` or `f1` shows those of the screen you are on, `:` finds one by words. The second column
names the action for the [config file](configuration.md).

"""
_BLOCK = re.compile(r"(<!-- settings -->\n).*?(<!-- end -->)", re.DOTALL)


def _kept(path: Path, text: str) -> None:
    if os.environ.get("ONCO_TUI_DOCS") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} is old: run this test with ONCO_TUI_DOCS=write"


def test_every_setting_is_in_the_table() -> None:
    path = DOCS / "configuration.md"
    _kept(path, _BLOCK.sub(lambda found: found[1] + markdown() + found[2], path.read_text(encoding="utf-8")))
    text = path.read_text(encoding="utf-8")
    assert all(f"| `{setting.name}` |" in text for setting in SETTINGS)


def test_the_example_can_be_used(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", (DOCS / "configuration.md").read_text(encoding="utf-8"), re.DOTALL)
    assert example
    (tmp_path / "config.toml").write_text(example[1], encoding="utf-8")
    assert read_config(tmp_path / "config.toml").settings.theme == "dark"


def test_every_key_is_in_the_list() -> None:
    keys.use()
    _kept(DOCS / "keys.md", KEYS_HEAD + keys.as_markdown())
