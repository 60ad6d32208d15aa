"""The saved views of the worklist: recalled by number or from a list, saved, renamed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from onco_tui.tui.keys import cap_of
from onco_tui.tui.places import Place
from onco_tui.tui.tasks.text import Line

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk
    from onco_tui.review.worklist import SavedView
    from onco_tui.tui.screens.worklist import WorklistScreen


class Views:
    """Acts on the worklist by a coder's saved views. What it needs loads when first used: the list must come first."""

    def __init__(self, screen: WorklistScreen) -> None:
        self.screen = screen

    def action_view(self, number: int) -> None:
        """Recall a saved view by its number."""
        views = self._views()
        if number <= len(views):
            self._recall(views[number - 1])
        else:
            self.screen.say(f"there is no view {number}; {cap_of(Place.WORKLIST, 'views')} lists the views")

    def action_views(self) -> None:
        """List the saved views."""
        from onco_tui.tui.tasks.filtering import ViewChoice  # noqa: PLC0415  see the class

        if self.screen.desk is not None:
            task = ViewChoice(
                self._views(), self._recall, self._name_view, self._rename_view, self._delete_view, self.screen.release
            )
            self.screen.host(self.screen.preview, task)

    def _views(self) -> tuple[SavedView, ...]:
        from onco_tui.review.worklist import views_of  # noqa: PLC0415  see the class

        return views_of(self.screen.desk) if self.screen.desk is not None else ()

    def _recall(self, view: SavedView) -> None:
        from onco_tui.review.filtering import FilterError  # noqa: PLC0415  see the class
        from onco_tui.review.worklist import Listing  # noqa: PLC0415  see the class

        self.screen.release()
        try:
            self.screen.lists.show(Listing.of_view(view))
        except FilterError as error:
            self.screen.say(f"the view {view.name} cannot be read: {error}")
        else:
            if self.screen.hosting is None:
                self.screen.say(f"view {view.name}")

    def _name_view(self) -> None:
        self.screen.release()
        self.screen.ask(Line("save this list as", self._save_view, self.screen.release))

    def _save_view(self, name: str) -> None:
        from onco_tui.review.worklist import save_view  # noqa: PLC0415  see the class

        self._with_views(
            f"saved as {name}", lambda desk: save_view(desk, name, self.screen.lists.listing), unless=not name
        )

    def _rename_view(self, view: SavedView) -> None:
        from onco_tui.review.worklist import rename_view  # noqa: PLC0415  see the class

        def rename(name: str) -> None:
            self._with_views(f"now called {name}", lambda desk: rename_view(desk, view.name, name), unless=not name)

        self.screen.release()
        self.screen.ask(Line("call the view", rename, self.screen.release, view.name))

    def _delete_view(self, view: SavedView) -> None:
        from onco_tui.review.worklist import delete_view  # noqa: PLC0415  see the class

        self._with_views(f"deleted the view {view.name}", lambda desk: delete_view(desk, view.name))

    def _with_views(self, done: str, act: Callable[[Desk], None], *, unless: bool = False) -> None:
        """Change the views and say what came of it."""
        from onco_tui.review.errors import StoreError  # noqa: PLC0415  see the class

        self.screen.release()
        if unless or self.screen.desk is None:
            self.screen.say("a view needs a name")
            return
        try:
            act(self.screen.desk)
        except StoreError as error:
            done = str(error)
        self.screen.say(done)
