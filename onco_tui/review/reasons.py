"""Why a coder may set a finding aside; the list is data, in ``rulesets/dismissal_reasons.yaml``."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from onco_tui.codesets.rulefile import read_rulefile
from onco_tui.codesets.shipped import data_folder


class DismissalReason(BaseModel):
    """A key that is stored and the words a coder sees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    words: str


class _Reasons(BaseModel):
    reasons: tuple[DismissalReason, ...]


@cache
def dismissal_reasons() -> tuple[DismissalReason, ...]:
    """Give the reasons in the order they are offered."""
    return read_rulefile(data_folder("rulesets") / "dismissal_reasons.yaml", _Reasons).reasons
