"""The help page, from the table of keys."""

from __future__ import annotations

from onco_tui.present.spans import BLANK, Role, Row, Span, fit, span
from onco_tui.tui.keys import Place, help_lines
from onco_tui.tui.widgets.pane import Body, Content


def help_content(*places: Place) -> Content:
    """List the keys of some places."""

    def body(cells: int) -> Body:
        rows: list[Row] = []
        for keys, words in help_lines(*places):
            if not words:
                rows += [BLANK, (span(keys, Role.HEADING),)] if rows else [(span(keys, Role.HEADING),)]
                continue
            parts: list[Span] = [fit(span(keys, Role.CODE), min(24, cells // 2)), span(" "), span(words)]
            rows.append(tuple(parts))
        return Body(rows)

    return Content("Help", body, (span("? or esc closes"),), is_list=False)
