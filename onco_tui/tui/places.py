"""The places a key can act in: the screens, and every task that takes the keys while it lasts."""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """Where a key acts. The value is the heading on the help screen."""

    ANYWHERE = "anywhere"
    LIST = "moving about"
    WORKLIST = "worklist"
    REVIEW = "review"
    PAGE = "reading a page"
    SEARCH = "typing a filter"
    VIEWS = "saved views"
    WAITING = "waiting for a long list"
    CONFIRM = "answering a question"
    LINE_EDIT = "editing a line"
    DIAGNOSES = "ordering diagnoses"
    DIAGNOSIS_CODE = "typing a diagnosis"
    REASON = "giving a reason"
    NOTE = "typing a note"
    SAFE_FIXES = "accepting all safe fixes"
    TEXT = "typing a text"
    DRAFT = "reading a draft question"
    WORDING = "wording a question"
    QUERIES = "questions to clinicians"
    ANSWER = "typing an answer"
    COMMAND = "choosing a command"

    @property
    def section(self) -> str:
        """The place as the config file names it: ``keys.line_edit``."""
        return self.name.lower()
