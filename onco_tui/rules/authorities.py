"""The authorities rules cite, each written once."""

from __future__ import annotations

from onco_tui.rules.finding import Authority

_NCCI_XI = "https://www.cms.gov/files/document/11-chapter11a-ncci-medicare-policy-manual-2026-final.pdf"
_NCCI = "https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits"
_IOM12 = "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c12.pdf"
_IOM17 = "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c17.pdf"


def ncci_xi(section: str) -> Authority:
    """NCCI Policy Manual for Medicare 2026, chapter XI."""
    return Authority("NCCI Policy Manual 2026", f"chapter XI, {section}", _NCCI_XI)


def ncci_i(section: str) -> Authority:
    """NCCI Policy Manual for Medicare 2026, chapter I."""
    return Authority("NCCI Policy Manual 2026", f"chapter I, {section}", f"{_NCCI}/medicare-ncci-policy-manual")


def claims_manual_12(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 12 (practitioners)."""
    return Authority("Medicare Claims Processing Manual", f"chapter 12 section {section}", _IOM12)


def claims_manual_17(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 17 (drugs)."""
    return Authority("Medicare Claims Processing Manual", f"chapter 17 section {section}", _IOM17)
