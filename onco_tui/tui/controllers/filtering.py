"""What the worklist leaves out: the filter prompt with what it offers, and the quick ways to another status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onco_tui.tui.widgets.pane import Body, Content

if TYPE_CHECKING:
    from onco_tui.review.acts import Status
    from onco_tui.tui.screens.worklist import WorklistScreen
    from onco_tui.tui.tasks.filtering import FilterPrompt

_STATUSES: tuple[Status | None, ...] = ("open", "held", "finalized", None)


class Filtering:
    """Acts on the worklist by its filter. What it needs loads when first used: the list must come first."""

    def __init__(self, screen: WorklistScreen) -> None:
        self.screen = screen
        self.typing: FilterPrompt | None = None

    def action_filter(self) -> None:
        """Show the next status, or all; the rest of the filter stays."""
        from onco_tui.review.filtering import with_status  # noqa: PLC0415  see the class

        lists = self.screen.lists
        status = _STATUSES[(_STATUSES.index(lists.query.status) + 1) % len(_STATUSES)]
        lists.change(filter=with_status(lists.listing.filter, status))

    def action_clear(self) -> None:
        """Drop search and filter."""
        self.screen.lists.change(filter="")

    def action_search(self) -> None:
        """Ask what to filter by and search for."""
        from onco_tui.review.filter_offers import offers_for  # noqa: PLC0415  see the class
        from onco_tui.tui.tasks.filtering import FilterPrompt  # noqa: PLC0415  see the class

        desk = self.screen.desk
        if desk is not None:
            now = self.screen.lists.listing.filter
            self.typing = FilterPrompt(now, lambda text: offers_for(desk, text), self._filter_by, self.screen.release)
            self.screen.place_panes()
            self.screen.ask(self.typing)
            self.show_offers()

    def _filter_by(self, text: str) -> str:
        """Filter; give what is wrong with the text in words."""
        from onco_tui.review.filtering import FilterError  # noqa: PLC0415  see the class
        from onco_tui.review.worklist import listed  # noqa: PLC0415  see the class

        assert self.screen.desk is not None  # noqa: S101  the prompt opens once the desk is there
        wanted = replace(self.screen.lists.listing, filter=text)
        try:
            listed(self.screen.desk, wanted)
        except FilterError as error:
            return str(error)
        self.screen.release()
        self.screen.lists.show(wanted)
        return ""

    def show_offers(self) -> None:
        """Show below the list what may be typed next."""
        task = self.typing
        if task is not None:
            most = self.screen.preview_height - 2
            title = "Filter: what may come next"
            content = Content(title, lambda cells: Body(task.offer_rows(cells, most)), is_list=False)
            self.screen.preview.show(content, top=0)
