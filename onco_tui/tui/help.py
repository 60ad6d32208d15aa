"""The help page, from the table of keys."""

from __future__ import annotations

from onco_tui.present.spans import BLANK, Role, Row, entry, span
from onco_tui.tui.keys import cap_of, help_lines
from onco_tui.tui.places import Place
from onco_tui.tui.widgets.pane import Body, Content


def help_content(*places: Place) -> Content:
    """List the keys of some places."""

    def body(cells: int) -> Body:
        rows: list[Row] = []
        for keys, words in help_lines(*places):
            if not words:
                rows += [BLANK, (span(keys, Role.HEADING),)] if rows else [(span(keys, Role.HEADING),)]
                continue
            label = min(27, cells // 2)
            rows += entry(keys, words, cells, label_cells=label, label_role=Role.CODE)
        return Body(rows)

    return Content(
        "Help",
        body,
        (span(f"{cap_of(Place.ANYWHERE, 'help')} or {cap_of(Place.PAGE, 'close')} closes"),),
        is_list=False,
    )
