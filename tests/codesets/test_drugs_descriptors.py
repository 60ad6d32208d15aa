"""Billing units read from HCPCS Level II long descriptors."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from onco_tui.codesets.hcpcs_descriptor import DescribedUnit, described_name, described_unit
from onco_tui.codesets.shipped import data_folder

_ROOT = Path(__file__).parents[2]
_HCPCS = _ROOT.parent / "shared/data/hcpcs/january-2026-alpha-numeric-hcpcs-file.zip"
_CROSSWALK = _ROOT.parent / "shared/data/asp/asp_crosswalk_2025-10_cut.csv.gz"
_PRICES = _ROOT.parent / "shared/data/asp/asp_pricing_2025-10_cut.csv.gz"


@pytest.mark.parametrize(
    ("descriptor", "quantity", "unit", "basis"),
    [
        ("Injection, pembrolizumab, 1 mg", "1", "mg", "amount"),
        ("Injection, prochlorperazine, up to 10 mg", "10", "mg", "up_to"),
        ("Injection, heparin sodium, per 1000 units", "1000", "units", "amount"),
        ("Injection, penicillin g benzathine, 100,000 units", "100000", "units", "amount"),
        ("Injection, interferon, alfa-2b, recombinant, 1 million units", "1", "million units", "amount"),
        ("Injection, trilaciclib, 1mg", "1", "mg", "amount"),
        ("Injection, cefotaxime sodium, per gm", "1", "g", "amount"),
        ("Factor viii (antihemophilic factor, human) per i.u.", "1", "iu", "amount"),
        ("Infusion, normal saline solution, sterile (500 ml = 1 unit)", "500", "mL", "amount"),
        ("Ringers lactate infusion, up to 1000 cc", "1000", "mL", "up_to"),
        ("Low osmolar contrast material, 300-399 mg/ml iodine concentration, per ml", "1", "mL", "amount"),
        ("Injection, torsemide, 10 mg/ml", "10", "mg", "amount"),
        ("Injection, aldesleukin, per single use vial", "1", "vial", "vial"),
        ("Fluorodeoxyglucose f-18 fdg, diagnostic, per study dose, up to 45 millicuries", "1", "dose", "dose"),
        ("Injection, exagamglogene autotemcel, per treatment", "1", "dose", "dose"),
        ("Injection, buprenorphine extended-release (sublocade), greater than 100 mg", "1", "dose", "dose"),
        ("Iodine i-123 sodium iodide, diagnostic, per 100 microcuries, up to 999 microcuries", "100", "uCi", "amount"),
        ("Injection, thyrotropin alpha, 0.9 mg, provided in 1.1 mg vial", "0.9", "mg", "amount"),
        ("Injection, epinephrine (bpi), not therapeutically equivalent to j0165, 0.1 mg", "0.1", "mg", "amount"),
        ("Injection, piperacillin/tazobactam, 1 gram/0.125 grams (1.125 grams)", "1.125", "g", "amount"),
        ("Injection, atezolizumab, 5 mg and hyaluronidase-tqjs", "5", "mg", "amount"),
        ("Injection, talimogene laherparepvec, per 1 million plaque forming units", "1", "million pfu", "amount"),
        ("Red blood cells, leukocytes reduced, each unit", "1", "units", "amount"),
    ],
)
def test_the_amount_is_read(descriptor: str, quantity: str, unit: str, basis: str) -> None:
    found = described_unit(descriptor)
    assert (found.quantity, found.unit, found.basis) == (Decimal(quantity), unit, basis)
    assert not found.counts


def test_a_combination_counts_its_first_ingredient() -> None:
    expected = DescribedUnit(Decimal(235), "mg", "amount", "fosnetupitant")
    assert described_unit("Injection, fosnetupitant 235 mg and palonosetron 0.25 mg") == expected
    assert described_unit("Injection, nivolumab and relatlimab-rmbw, 3 mg/1 mg").counts


@pytest.mark.parametrize("descriptor", ["Unclassified drugs", "Not otherwise classified, antineoplastic drugs"])
def test_unlisted_codes_have_no_unit(descriptor: str) -> None:
    assert described_unit(descriptor) == DescribedUnit(None, None, "unlisted")


def test_a_descriptor_without_an_amount_is_not_made_to_have_one() -> None:
    assert described_unit("Telehealth originating site facility fee").basis == "none"


def test_names_are_freed_of_amount_and_form() -> None:
    assert (
        described_name("Injection, bevacizumab-awwb, biosimilar, (mvasi), 10 mg")
        == "bevacizumab-awwb, biosimilar, (mvasi)"
    )
    assert described_name("Injection, leucovorin calcium, per 50 mg") == "leucovorin calcium"


@pytest.mark.skipif(
    not _HCPCS.is_file() or not _CROSSWALK.is_file(), reason="the CMS files are not beside this checkout"
)
def test_the_shipped_tables_are_what_the_script_builds_from_the_cms_files(tmp_path: Path) -> None:
    command = [sys.executable, "scripts/build_drug_tables.py", "--hcpcs", str(_HCPCS), "--crosswalk", str(_CROSSWALK)]
    built = subprocess.run(
        [*command, "--prices", str(_PRICES), "--edition", "2026-01", str(tmp_path)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    for name in ("drug_units.json.gz", "drug_ndcs.json.gz", "drug_limits.json.gz"):
        shipped = data_folder("rulesets") / name
        assert (tmp_path / name).read_bytes() == shipped.read_bytes(), name
        assert shipped.stat().st_size < 1_000_000
    drug_families = [line for line in built.stdout.splitlines() if line.startswith(("no amount: J9", "no amount: Q51"))]
    assert drug_families == []
