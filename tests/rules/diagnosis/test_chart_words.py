from __future__ import annotations

import re

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import parse_encounter
from onco_tui.rules.cases import patch, read_base
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import affirms, charted
from onco_tui.rules.diagnosis.receptor_results import settled
from onco_tui.rules.diagnosis.titles import other_side, place_in, same_organ

_CARCINOID = re.compile(r"\bcarcinoid\b")


def context_with(**documentation: object) -> Context:
    document = read_base("claim_only")
    patch(document, "documentation", documentation)  # type: ignore[arg-type]  # plain JSON
    return Context(parse_encounter(document), shipped_reference())


@pytest.mark.parametrize(
    ("words", "affirmed"),
    [
        ("typical carcinoid of the lung", True),
        ("not carcinoid", False),
        ("no evidence of carcinoid", False),
        ("negative for carcinoid", False),
        ("suspected carcinoid", False),
        ("carcinoid versus adenocarcinoma", True),
        ("adenocarcinoma versus carcinoid", False),
        ("no metastasis; carcinoid of the ileum", True),
        ("without nodes, carcinoid", True),
        ("ruled out carcinoid, later a carcinoid was confirmed", True),
        ("adenocarcinoma", False),
    ],
)
def test_words_affirm_what_they_neither_deny_nor_doubt(words: str, affirmed: bool) -> None:  # noqa: FBT001  a table
    assert affirms(words, _CARCINOID) is affirmed


@pytest.mark.parametrize(
    ("entry", "side"),
    [
        ({"laterality": "Right"}, "right"),
        ({"laterality": "LT"}, "left"),
        ({"laterality": "both"}, "bilateral"),
        ({"laterality": "unknown", "description": "left breast"}, ""),
        ({"description": "Left breast cancer"}, "left"),
        ({"description": "Left breast cancer, right port"}, "bilateral"),
        ({"description": "Bilateral breast cancer"}, "bilateral"),
        ({"description": "Breast cancer"}, ""),
    ],
)
def test_the_side_is_the_fields_own_else_the_one_the_words_name(entry: dict[str, str], side: str) -> None:
    (found,) = charted(context_with(diagnoses=[entry]))
    assert found.side == side


@pytest.mark.parametrize(
    ("name", "result", "code"),
    [
        ("ER", "95%", "Z17.0"),
        ("ER", "1%", "Z17.0"),
        ("ER", "<1%", "Z17.1"),
        ("ER", "0%", "Z17.1"),
        ("Estrogen receptor (ER)", "positive", "Z17.0"),
        ("Oestrogen receptor", "Negative", "Z17.1"),
        ("PR status", "weakly positive 5%", "Z17.21"),
        ("PgR", "neg", "Z17.22"),
        ("HER2", "3+", "Z17.31"),
        ("HER2/neu IHC", "score 0", "Z17.32"),
        ("HER2 FISH", "not amplified", "Z17.32"),
        ("HER-2", "amplified", "Z17.31"),
        ("HER2", "2+", None),
        ("HER2", "HER2-low (1+)", None),
        ("HER2", "equivocal", None),
        ("HER2", "", None),
        ("ER", "pending", None),
        ("ER", "positive in one, negative in another core", None),
        ("ESR1", "positive", None),
        ("PR interval", "160 ms", None),
        ("ERBB2", "amplified", None),
    ],
)
def test_a_receptor_result_settles_its_code_or_nothing(name: str, result: str, code: str | None) -> None:
    found = settled(context_with(biomarkers=[{"name": name, "result": result}]))
    assert [right for right, _, _ in found.values()] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("C50.411", "C50.412"),
        ("C50.421", "C50.422"),
        ("C34.12", "C34.11"),
        ("C79.01", "C79.02"),
        ("C61", ""),
        ("C56.3", ""),
    ],
)
def test_the_other_side_has_the_same_title_but_for_the_side(code: str, other: str) -> None:
    assert other_side(context_with(), code) == other


@pytest.mark.parametrize(
    ("code", "other", "same"),
    [
        ("C34.11", "C34.32", True),
        ("C50.411", "C50.112", True),
        ("C79.01", "C79.02", True),
        ("C79.01", "C79.71", False),
        ("C43.61", "C43.71", False),
        ("C56.1", "C79.61", False),
    ],
)
def test_codes_of_one_organ(code: str, other: str, same: bool) -> None:  # noqa: FBT001  a table
    assert same_organ(context_with(), code, other) is same


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("adenocarcinoma, rul", {"upper", "lobe"}),
        ("upper outer quadrant of the breast", {"upper", "outer", "quadrant"}),
        ("pancreatic head", {"head", "pancreas"}),
        ("upper lobe and lower lobe", None),
        ("breast", None),
    ],
)
def test_one_place_is_read_from_charted_words(words: str, place: set[str] | None) -> None:
    assert place_in(words) == place
