"""The smallest useful Textual app: the yardstick for start-up and key presses."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text that a key changes."""

    BINDINGS = [Binding("j", "step", "step"), Binding("q", "quit", "quit")]
    count = 0

    def compose(self) -> ComposeResult:
        """Draw one line."""
        yield Static("minimal ready", id="line", markup=False)

    def action_step(self) -> None:
        """Change the line."""
        self.count += 1
        self.query_one("#line", Static).update(f"minimal ready {self.count}", layout=False)


if __name__ == "__main__":
    Minimal().run(mouse=False)
