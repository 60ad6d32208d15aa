"""How the wording of results is read: surely, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.codesets.reference import shipped_reference
from onco_tui.rules.coverage.results import read_result

MARKERS = shipped_reference().coverage.markers
READ = [
    ("HER2", "positive, IHC 3+", "positive"),
    ("HER2", "3+", "positive"),
    ("HER2", "negative, IHC 1+", "negative"),
    ("HER2", "negative, IHC 0", "negative"),
    ("HER2", "0", "negative"),
    ("HER2", "IHC 2+", None),
    ("HER2", "IHC 2+, FISH not amplified", "negative"),
    ("HER2", "IHC 2+, ISH amplified", "positive"),
    ("HER2", "FISH ratio 2.4, amplified", "positive"),
    ("HER2", "non-amplified", "negative"),
    ("HER2", "HER2-low", "negative"),
    ("HER2", "equivocal", None),
    ("HER2", "pending", None),
    ("RAS", "KRAS G12D mutated", "positive"),
    ("RAS", "G12V", "positive"),
    ("RAS", "wild type", "negative"),
    ("RAS", "no mutation detected", "negative"),
    ("RAS", "not detected", "negative"),
    ("RAS", "KRAS wild type, NRAS Q61K mutated", None),
    ("RAS", "not tested; mutation status unknown", None),
    ("KRAS G12C", "G12C mutated", "positive"),
    ("KRAS G12C", "G12D", "negative"),
    ("KRAS G12C", "mutated", None),
    ("KRAS G12C", "no G12C", None),
    ("MSI", "microsatellite stable", "negative"),
    ("MSI", "MSS", "negative"),
    ("MSI", "MSI-H", "positive"),
    ("MSI", "pMMR", "negative"),
    ("MSI", "deficient (loss of MLH1 and PMS2)", "positive"),
    ("MSI", "no loss of nuclear expression", "negative"),
    ("TMB", "14 mut/Mb", "positive"),
    ("TMB", "4 mut/Mb", "negative"),
    ("TMB", "10", "positive"),
    ("TMB", "high", "positive"),
    ("PD-L1", "<1%", "negative"),
    ("PD-L1", "TPS 60%", "positive"),
    ("PD-L1", "0", "negative"),
    ("EGFR", "no sensitizing mutation", "negative"),
    ("EGFR", "exon 19 deletion", "positive"),
    ("EGFR", "L858R", "positive"),
    ("EGFR", "exon 20 insertion", "positive"),
    ("HR", "positive 90%", "positive"),
    ("HR", "negative", "negative"),
    ("CD20", "positive", "positive"),
    ("PSMA", "PSMA-avid disease in bone", "positive"),
    ("PSMA", "insufficient for evaluation", None),
    ("castration-resistant", "mCRPC", "positive"),
    ("castration-resistant", "castration-sensitive", "negative"),
    ("castration-resistant", "was castration-sensitive, now castration-resistant", None),
    ("squamous", "non-squamous", "negative"),
    ("squamous", "squamous cell carcinoma", "positive"),
    ("squamous", "adenosquamous", None),
    ("small cell", "small cell carcinoma", "positive"),
    ("small cell", "non-small cell", "negative"),
    ("small cell", "adenocarcinoma transformed to small cell", None),
    ("FOLR1", "80% of cells", "positive"),
    ("FOLR1", "30%", "negative"),
    ("AFP", "520 ng/mL", "positive"),
    ("BRAF", "not mutated", "negative"),
    ("BRAF", "", None),
]
NAMED = [
    ("HER2", "HER2 IHC", True),
    ("HER2", "HER2/neu", True),
    ("HER2", "ERBB2 mutation", False),
    ("ERBB2 mutation", "ERBB2 mutation", True),
    ("HR", "ER", True),
    ("HR", "Estrogen receptor", True),
    ("HR", "ESR1 mutation", False),
    ("HR", "Androgen receptor", False),
    ("HR", "ERCC1", False),
    ("EGFR", "EGFR", True),
    ("EGFR", "eGFR", False),
    ("RAS", "NRAS", True),
    ("RAS", "BRAF", False),
    ("KRAS G12C", "NRAS", False),
    ("MSI", "MMR IHC", True),
    ("PSMA", "PSMA PET", True),
]


@pytest.mark.parametrize(("marker", "text", "reading"), READ)
def test_the_wording_of_a_result(marker: str, text: str, reading: str | None) -> None:
    assert read_result(MARKERS[marker], text) == reading


@pytest.mark.parametrize(("marker", "name", "is_it"), NAMED)
def test_the_name_of_a_result(marker: str, name: str, *, is_it: bool) -> None:
    assert MARKERS[marker].named(name) is is_it


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(st.sampled_from(sorted(MARKERS)), st.text(max_size=400))
def test_any_text_is_read_or_not(marker: str, text: str) -> None:
    assert read_result(MARKERS[marker], text) in {"positive", "negative", None}
    assert MARKERS[marker].named(text) in {True, False}
