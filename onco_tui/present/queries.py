"""Questions to clinicians: where each stands, how old it is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from onco_tui.encounter.counting import counted
from onco_tui.present.spans import Role, Row, crop_row, entry, join, span

STATUS_WORDS = {"draft": "○ to send", "sent": "… sent", "answered": "✓ answered", "withdrawn": "✗ withdrawn"}


class AskedQuery(Protocol):
    """What a question must offer."""

    @property
    def rule(self) -> str:
        """The rule that raised it."""

    @property
    def question(self) -> str:
        """The question."""

    @property
    def answer(self) -> str:
        """What came back; empty until then."""

    @property
    def status(self) -> str:
        """One of draft, sent, answered, withdrawn."""

    @property
    def actor(self) -> str:
        """Who asked."""

    @property
    def at(self) -> str:
        """When it was written, in UTC."""


def age_words(at: str, now: datetime) -> str:
    """Say how old a question is: ``today``, ``1 day``, ``12 days``."""
    days = (now.date() - datetime.fromisoformat(at).date()).days
    return "today" if days < 1 else counted(days, "day")


def query_rows(queries: Sequence[AskedQuery], now: datetime, cells: int) -> list[Row]:
    """Give one row a question; only those that still wait show their age."""
    return [crop_row(_row(query, now), cells) for query in queries]


def _row(query: AskedQuery, now: datetime) -> Row:
    waits = query.status in {"draft", "sent"}
    return join((
        span(f"{STATUS_WORDS.get(query.status, query.status):<11}", Role.HEADING if waits else Role.PLAIN),
        span(f"{age_words(query.at, now) if waits else '':<8}"),
        span(query.rule, Role.CODE),
        span(query.question),
    ))  # fmt: skip


def query_detail(query: AskedQuery, cells: int) -> list[Row]:
    """Give a question in full."""
    rows = [*entry("question", query.question, cells), *entry("asked by", f"{query.actor}, {query.at[:10]}", cells)]
    return rows + (entry("answer", query.answer, cells) if query.answer else [])
