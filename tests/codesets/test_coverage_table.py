"""The table of drugs and diagnoses: what it covers, and what a faulty file is told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from onco_tui.codesets.coverage import Prefixes, load_coverage
from onco_tui.codesets.reference import shipped_reference
from onco_tui.codesets.shipped import data_folder

TABLE = shipped_reference().coverage
SHIPPED = data_folder("rulesets") / "coverage.json"
DAY = date(2026, 3, 2)


def supported(code: str, diagnosis: str, day: date = DAY) -> bool:
    uses = TABLE.uses_of(code)
    assert uses is not None
    return any(use.diagnoses.cover(diagnosis) for use in uses.on(day))


def below(code: str, category: str) -> bool:
    """Tell whether a row names codes below a category only: C22.0 of C22."""
    uses = TABLE.uses_of(code)
    return uses is not None and any(single.startswith(category) for use in uses.uses for single in use.diagnoses.single)


@pytest.mark.parametrize(
    ("texts", "code", "covered"),
    [
        (("C50",), "C50.911", True),
        (("C50",), "C50", True),
        (("C50",), "C5", False),
        (("C44.02",), "C44.021", True),
        (("C44.02",), "C44.01", False),
        (("C00-C80",), "C4A.9", True),
        (("C00-C80",), "C7A.012", True),
        (("C00-C80",), "C7B.02", True),
        (("C00-C80",), "C80.1", True),
        (("C00-C80",), "C81.90", False),
        (("C00-C80",), "B99.9", False),
        (("D37-D49",), "D3A.010", True),
    ],
)
def test_a_prefix_stands_for_itself_and_all_below(texts: tuple[str, ...], code: str, *, covered: bool) -> None:
    assert Prefixes.of(texts).cover(code) is covered


@pytest.mark.parametrize(
    ("code", "diagnosis"),
    [
        ("J9025", "D46.9"), ("J0894", "D46.21"), ("J9030", "D09.0"), ("J0896", "D46.1"), ("J9271", "C4A.9"),
        ("J9144", "E85.81"), ("J9358", "C34.11"), ("J9312", "M05.79"), ("J9354", "C50.A1"), ("J9042", "C84.7A"),
        ("Q2054", "C83.390"), ("J9309", "C83.398"), ("J9317", "C50.911"), ("J9035", "C18.7"), ("J9055", "C44.42"),
    ],
)  # fmt: skip
def test_legitimate_pairs_are_supported(code: str, diagnosis: str) -> None:
    assert supported(code, diagnosis)


@pytest.mark.parametrize(
    ("code", "diagnosis"), [("J9354", "C34.11"), ("J9271", "C90.00"), ("J9145", "D47.2"), ("J9025", "C50.911")]
)
def test_what_no_row_names_is_not_supported(code: str, diagnosis: str) -> None:
    assert not supported(code, diagnosis)


def test_a_withdrawn_use_stood_until_its_last_day() -> None:
    assert supported("J9317", "C67.9", date(2024, 12, 31))
    assert not supported("J9317", "C67.9", date(2025, 1, 1))


def test_broad_lists_are_of_low_confidence() -> None:
    assert {TABLE.by_code[code].confidence for code in ("J9045", "J9060", "J9190", "J9267", "J9035")} == {"low"}
    assert {drug.confidence for drug in TABLE.drugs} == {"low", "medium"}


def test_every_row_has_its_source_and_date() -> None:
    for drug in TABLE.drugs:
        assert TABLE.sources[drug.source]
        assert drug.as_of == date(2026, 11, 21)
        assert drug.uses


def test_look_alikes_name_one_another_apart() -> None:
    names = {
        "Kadcyla": "ado-trastuzumab emtansine",
        "ado-trastuzumab emtansine": "ado-trastuzumab emtansine",
        "T-DM1": "ado-trastuzumab emtansine",
        "fam-trastuzumab deruxtecan-nxki": "fam-trastuzumab deruxtecan",
        "Enhertu": "fam-trastuzumab deruxtecan",
        "trastuzumab-dkst": "trastuzumab",
        "Herceptin": "trastuzumab",
        "paclitaxel protein-bound": "paclitaxel, protein-bound",
        "nab-paclitaxel": "paclitaxel, protein-bound",
        "paclitaxel": "paclitaxel",
        "liposomal doxorubicin": "doxorubicin liposome",
        "doxorubicin": "doxorubicin",
        "irinotecan liposome": "irinotecan liposome",
        "irinotecan": "irinotecan",
    }
    for text, drug in names.items():
        found = [member.name for family in TABLE.look_alikes for member in family if member.named(text)]
        assert found == [drug], text
    assert not any(m.named("datopotamab deruxtecan") for family in TABLE.look_alikes for m in family)


def faulty(tmp_path: Path, **changes: object) -> Path:
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps(json.loads(SHIPPED.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"markers": []}, "no marker"), ({"sources": {}}, "no source")],
)
def test_a_faulty_file_is_refused(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        load_coverage(faulty(tmp_path, **changes))


def test_a_code_that_stands_twice_is_refused(tmp_path: Path) -> None:
    rows = json.loads(SHIPPED.read_text(encoding="utf-8"))["drugs"]
    with pytest.raises(ValueError, match="J9271 stands twice"):
        load_coverage(faulty(tmp_path, drugs=[*rows, rows[0]]))


def test_the_drugs_of_every_regimen_are_known_for_its_diseases() -> None:
    """Two tables compiled apart; what is left differs for a reason."""
    reference = shipped_reference()
    apart = {
        (regimen.id, code, disease)
        for regimen in reference.regimens
        for phase in regimen.phases
        for drug in phase.drugs
        for code in (drug.hcpcs, *(sibling.hcpcs for sibling in reference.drugs.siblings(drug.hcpcs or "")))
        if code and TABLE.uses_of(code)
        for disease in regimen.diseases
        if not supported(code, disease) and not below(code, disease)
    }
    withdrawn = {("sg-uc", "J9317", disease) for disease in ("C65", "C66", "C67", "C68")}
    withdrawn |= {("nsclc-atezo", code, "C67") for code in ("J9022", "J9024")}
    assert apart <= withdrawn
    assert apart
