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


def ncci_x(section: str) -> Authority:
    """NCCI Policy Manual for Medicare 2026, chapter X."""
    return Authority("NCCI Policy Manual 2026", f"chapter X, {section}", f"{_NCCI}/medicare-ncci-policy-manual")


def article_a53778() -> Authority:
    """Medicare contractor article on infusion, injection and hydration services."""
    url = "https://www.cms.gov/medicare-coverage-database/view/article.aspx?articleId=53778"
    return Authority("Medicare contractor article A53778", "documentation of start and stop", url)


def fee_schedule(section: str) -> Authority:
    """Medicare physician fee schedule relative value file."""
    url = "https://www.cms.gov/medicare/payment/fee-schedules/physician/pfs-relative-value-files"
    return Authority("Medicare physician fee schedule", section, url)


def addon_edits() -> Authority:
    """CMS add-on code edits."""
    return Authority(
        "CMS NCCI add-on code edits", "type 1, file of 2024-06-03", f"{_NCCI}/medicare-ncci-add-code-edits"
    )


def claims_manual_1(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 1 (general billing)."""
    url = "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c01.pdf"
    return Authority("Medicare Claims Processing Manual", f"chapter 1 section {section}", url)


def claims_manual_26(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 26 (completing the claim form)."""
    url = "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads/clm104c26pdf.pdf"
    return Authority("Medicare Claims Processing Manual", f"chapter 26 section {section}", url)


def npi_standard() -> Authority:
    """HIPAA standard for the national provider identifier."""
    url = "https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-162/subpart-D/section-162.406"
    return Authority("45 CFR 162.406", "ten digits, the last a check digit", url)


def icd10cm_guidelines(section: str) -> Authority:
    """ICD-10-CM Official Guidelines for Coding and Reporting, fiscal year 2026."""
    url = "https://www.cms.gov/files/document/fy-2026-icd-10-cm-coding-guidelines.pdf"
    return Authority("ICD-10-CM Official Guidelines FY2026", f"section {section}", url)


def discarded_drugs() -> Authority:
    """CMS questions and answers on the JW and JZ modifiers."""
    url = (
        "https://www.cms.gov/medicare/medicare-fee-for-service-payment/hospitaloutpatientpps/downloads/"
        "jw-modifier-faqs.pdf"
    )
    return Authority("CMS JW and JZ modifier questions", "single-dose containers and discarded amounts", url)
