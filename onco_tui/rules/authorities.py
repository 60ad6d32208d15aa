"""The authorities rules cite, each written once."""

from __future__ import annotations

from onco_tui.rules.finding import Authority

_NCCI = "https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits"
_NCCI_XI = "https://www.cms.gov/files/document/11-chapter11a-ncci-medicare-policy-manual-2026-final.pdf"
_MANUALS = "https://www.cms.gov/regulations-and-guidance/guidance/manuals/downloads"
_COVERAGE = "https://www.cms.gov/medicare-coverage-database/view"


def ncci_i(section: str) -> Authority:
    """NCCI Policy Manual for Medicare 2026, chapter I."""
    return _ncci_manual("I", section)


def ncci_x(section: str) -> Authority:
    """NCCI Policy Manual for Medicare 2026, chapter X."""
    return _ncci_manual("X", section)


def ncci_xi(section: str) -> Authority:
    """NCCI Policy Manual for Medicare 2026, chapter XI."""
    return _ncci_manual("XI", section, _NCCI_XI)


def ncci_xii(section: str) -> Authority:
    """NCCI Policy Manual for Medicare 2026, chapter XII (HCPCS Level II codes)."""
    return _ncci_manual("XII", section)


def _ncci_manual(chapter: str, section: str, url: str = f"{_NCCI}/medicare-ncci-policy-manual") -> Authority:
    return Authority("NCCI Policy Manual 2026", f"chapter {chapter}, {section}", url)


def unit_limits(section: str) -> Authority:
    """CMS medically unlikely edits."""
    return Authority("CMS medically unlikely edits", section, f"{_NCCI}/medicare-ncci-medically-unlikely-edits")


def addon_edits() -> Authority:
    """CMS add-on code edits."""
    return Authority(
        "CMS NCCI add-on code edits", "type 1, file of 2024-06-03", f"{_NCCI}/medicare-ncci-add-code-edits"
    )


def claims_manual_1(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 1 (general billing)."""
    return _medicare_manual("Claims Processing", 1, section, "clm104c01")


def claims_manual_12(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 12 (practitioners)."""
    return _medicare_manual("Claims Processing", 12, section, "clm104c12")


def claims_manual_17(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 17 (drugs)."""
    return _medicare_manual("Claims Processing", 17, section, "clm104c17")


def claims_manual_26(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 26 (completing the claim form)."""
    return _medicare_manual("Claims Processing", 26, section, "clm104c26pdf")


def claims_manual_30(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 30 (financial liability protections)."""
    return _medicare_manual("Claims Processing", 30, section, "clm104c30")


def claims_manual_32(section: str) -> Authority:
    """Medicare Claims Processing Manual, chapter 32 (special services, clinical trials among them)."""
    return _medicare_manual("Claims Processing", 32, section, "clm104c32")


def benefit_manual_15(section: str) -> Authority:
    """Medicare Benefit Policy Manual, chapter 15 (covered medical and other health services)."""
    return _medicare_manual("Benefit Policy", 15, section, "bp102c15")


def program_integrity_3(section: str) -> Authority:
    """Medicare Program Integrity Manual, chapter 3 (what reviewers ask of records and signatures)."""
    return _medicare_manual("Program Integrity", 3, section, "pim83c03")


def _medicare_manual(name: str, chapter: int, section: str, file: str) -> Authority:
    return Authority(f"Medicare {name} Manual", f"chapter {chapter} section {section}", f"{_MANUALS}/{file}.pdf")


def ncd_esa() -> Authority:
    """National coverage determination on erythropoiesis stimulating agents in cancer."""
    return _national_determination("110.21", "erythropoiesis stimulating agents", 322)


def ncd_sequencing() -> Authority:
    """National coverage determination on next generation sequencing."""
    return _national_determination("90.2", "next generation sequencing in advanced cancer", 372)


def ncd_pet() -> Authority:
    """National coverage determination on FDG PET for solid tumors."""
    return _national_determination("220.6.17", "FDG PET for solid tumors", 331)


def ncd_car_t() -> Authority:
    """National coverage determination on CAR-T therapy."""
    return _national_determination("110.24", "chimeric antigen receptor T-cell therapy", 374)


def ncd_sipuleucel() -> Authority:
    """National coverage determination on autologous cellular immunotherapy of prostate cancer."""
    return _national_determination("110.22", "autologous cellular immunotherapy for prostate cancer", 344)


def ncd_trials() -> Authority:
    """National coverage determination on routine costs in clinical trials."""
    return _national_determination("310.1", "routine costs in clinical trials", 1)


def _national_determination(number: str, subject: str, page: int) -> Authority:
    return Authority(f"Medicare NCD {number}", subject, f"{_COVERAGE}/ncd.aspx?NCDId={page}")


def lcd_pegfilgrastim() -> Authority:
    """Medicare contractor's coverage determination on long-acting white cell growth factors."""
    url = f"{_COVERAGE}/lcd.aspx?lcdid=37176"
    return Authority("Medicare contractor LCD L37176", "white cell colony stimulating factors", url)


def article_a53778() -> Authority:
    """Medicare contractor article on infusion, injection and hydration services."""
    url = f"{_COVERAGE}/article.aspx?articleId=53778"
    return Authority("Medicare contractor article A53778", "documentation of start and stop", url)


def article_denosumab() -> Authority:
    """Medicare contractor's article on denosumab."""
    url = f"{_COVERAGE}/article.aspx?articleId=52399"
    return Authority("Medicare contractor article A52399", "denosumab, doses and diagnoses", url)


def car_t() -> Authority:
    """Medicare contractor instructions on CAR-T therapy."""
    url = "https://medicare.fcso.com/medical-affairs/ncd-11024-chimeric-antigen-receptor-car-t-cell-therapy"
    return Authority("NCD 110.24", "CAR-T codes from 2025-01-01", url)


def drug_wastage_article() -> Authority:
    """Medicare contractor page on discarded drugs."""
    url = (
        "https://med.noridianmedicare.com/web/jea/topics/drugs-biologicals-injections/drug-wastage-jw-and-jz-modifiers"
    )
    return Authority("Noridian drug wastage", "JW and JZ modifiers", url)


def unlisted_drugs_article() -> Authority:
    """Medicare contractor page on drugs without a code of their own."""
    url = "https://www.cgsmedicare.com/partb/pubs/news/2014/0414/cope25420.html"
    return Authority("CGS unlisted drugs", "name, NDC, dose and route in the narrative", url)


def free_drugs_article() -> Authority:
    """Medicare contractor instructions on free drugs and drugs the patient brings."""
    return Authority("NGS Medicare free drug billing", "revision of 2023-04-10", "https://www.ngsmedicare.com")


def complex_administration() -> Authority:
    """CMS change request on codes for complex administrations."""
    url = (
        "https://med.noridianmedicare.com/web/jfa/article-detail/-/view/10529/"
        "clarification-on-payment-for-monoclonal-complex-biological-and-rheumatological-therapies"
    )
    return Authority("CMS change request 13468", "no change of code for the drug's name alone", url)


def car_t_fractions() -> Authority:
    """CMS change request on CAR-T charges beyond the field of a practitioner's claim."""
    url = "https://www.cms.gov/medicare/regulations-guidance/transmittals"
    return Authority("CMS change request 12928", "CAR-T products in fractions with modifier LU", url)


def icd10cm_guidelines(section: str) -> Authority:
    """ICD-10-CM Official Guidelines for Coding and Reporting, fiscal year 2026."""
    url = "https://www.cms.gov/files/document/fy-2026-icd-10-cm-coding-guidelines.pdf"
    return Authority("ICD-10-CM Official Guidelines FY2026", f"section {section}", url)


def icd10cm_tabular(section: str) -> Authority:
    """ICD-10-CM tabular list."""
    url = "https://www.cms.gov/medicare/coding-billing/icd-10-codes"
    return Authority("ICD-10-CM tabular list", section, url)


def hcpcs_level2(section: str = "descriptors") -> Authority:
    """CMS quarterly file of HCPCS Level II codes and modifiers."""
    url = "https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update"
    return Authority("HCPCS Level II quarterly file", section, url)


def fee_schedule(section: str) -> Authority:
    """Medicare physician fee schedule relative value file."""
    url = "https://www.cms.gov/medicare/payment/fee-schedules/physician/pfs-relative-value-files"
    return Authority("Medicare physician fee schedule", section, url)


def asp_crosswalk() -> Authority:
    """CMS crosswalk of packages to drug codes, part of the ASP pricing files."""
    url = "https://www.cms.gov/medicare/payment/part-b-drugs/asp-pricing-files"
    return Authority("CMS ASP NDC-HCPCS crosswalk", "package, code and billing units", url)


def drug_labels(section: str) -> Authority:
    """Labels of drugs as approved by the FDA."""
    return Authority("FDA label of the drug", section, "https://dailymed.nlm.nih.gov/dailymed/")


def discarded_drugs() -> Authority:
    """CMS questions and answers on the JW and JZ modifiers."""
    url = (
        "https://www.cms.gov/medicare/medicare-fee-for-service-payment/hospitaloutpatientpps/downloads/"
        "jw-modifier-faqs.pdf"
    )
    return Authority("CMS JW and JZ modifier questions", "single-dose containers and discarded amounts", url)


def labelled_content() -> Authority:
    """Medicare's payment rule for drugs: only the labelled amount, never overfill."""
    url = "https://www.ecfr.gov/current/title-42/chapter-IV/subchapter-B/part-414/subpart-K/section-414.904"
    return Authority("42 CFR 414.904", "payment by the labelled amount", url)


def npi_standard() -> Authority:
    """HIPAA standard for the national provider identifier."""
    url = "https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-162/subpart-D/section-162.406"
    return Authority("45 CFR 162.406", "ten digits, the last a check digit", url)


def eligibility_transaction() -> Authority:
    """HIPAA standard transaction for asking whether a person is covered."""
    url = "https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-162/subpart-L"
    return Authority("45 CFR 162.1201 and 162.1202", "eligibility for a health plan (270/271)", url)


def adjustment_reasons(codes: str) -> Authority:
    """X12 claim adjustment reason codes: what payers answer with."""
    url = "https://x12.org/codes/claim-adjustment-reason-codes"
    return Authority("X12 claim adjustment reason codes", codes, url)


def oncology_authorization() -> Authority:
    """National payer's page on prior authorization of injectable cancer drugs: what an authorization is given for."""
    url = (
        "https://www.uhcprovider.com/en/prior-auth-advance-notification/oncology-prior-auth/"
        "oncology-injectable-chemo-prior-auth.html"
    )
    return Authority("UnitedHealthcare oncology prior authorization", "injectable chemotherapy", url)


def cancer_care_plan() -> Authority:
    """CMS Enhancing Oncology Model: the elements of a documented care plan."""
    url = "https://www.cms.gov/priorities/innovation/innovation-models/enhancing-oncology-model"
    return Authority("CMS Enhancing Oncology Model", "care plan with the elements of the Institute of Medicine", url)
