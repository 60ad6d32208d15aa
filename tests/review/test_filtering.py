from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onco_tui.review.drug_names import drug_kin
from onco_tui.review.filtering import FilterError, Moment, parse_filter, quoted, with_status
from onco_tui.store.filters import WorklistQuery

NOW = Moment("kim", datetime(2026, 11, 21, 15, 30, tzinfo=UTC))


def read(text: str) -> dict[str, object]:
    """Give what a filter sets, without what it leaves as it was."""
    query, nothing = parse_filter(text, NOW).query, WorklistQuery()
    names = [name for name in WorklistQuery.__slots__ if getattr(query, name) != getattr(nothing, name)]
    return {name: getattr(query, name) for name in names}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {}),
        ("status:all", {}),
        ("status:fin", {"status": "finalized"}),
        ('payer:"Medicare Part B"', {"payer": "Medicare Part B"}),
        ("payer:none", {"payer": ""}),
        ("coder:me", {"coder": "kim"}),
        ("user:lee", {"coder": "lee"}),
        ("rule:adm102", {"rule": "ADM102"}),
        ("rule:ADM", {"rule": "ADM"}),
        ("severity:errors", {"severities": ("error",)}),
        ("severity>=warning", {"severities": ("error", "warning")}),
        ("sev:none", {"severities": ("none",)}),
        ("date:2026-03-31", {"date_from": "2026-03-31", "date_to": "2026-03-31"}),
        ("date:2026-02", {"date_from": "2026-02-01", "date_to": "2026-02-28"}),
        ("date:2025", {"date_from": "2025-01-01", "date_to": "2025-12-31"}),
        ("date>2026-02 dos<=2026-12", {"date_from": "2026-03-01", "date_to": "2026-12-31"}),
        ("risk>100", {"risk_from": Decimal("100.01")}),
        ("risk:100 risk<200", {"risk_from": Decimal("100.00"), "risk_to": Decimal("199.99")}),
        ("risk>=$1,250.50", {"risk_from": Decimal("1250.50")}),
        ("question:open", {"question": True}),
        ("question:none", {"question": False}),
        ("age>30", {"imported_before": "2026-10-22T00:00:00.000000Z"}),
        ("age>=30", {"imported_before": "2026-10-23T00:00:00.000000Z"}),
        ("age<=7", {"imported_from": "2026-11-14T00:00:00.000000Z"}),
        ("age<1", {"imported_from": "2026-11-21T00:00:00.000000Z"}),
        ("smith jo", {"search": "smith jo"}),
    ],
)
def test_each_filter_says_what_it_means(text: str, fields: dict[str, object]) -> None:
    assert read(text) == fields


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("payr:x", "payer?"), ("xyzzy:1", "there are status, payer"), ("status:", "wants a value"),
        ("status>open", "takes a colon"), ("status:open status:held", "stands twice"), ("risk:1.005", "no amount"),
        ("risk:NaN", "no amount"), ("risk=5", "risk takes >"), ("date:2026-13", "not in the calendar"),
        ("date:soon", "no date"), ("date>9999", "calendar ends"), ("age:old", "no number of days"),
        ("rule:X9", "no rule"), ("severity>error", "above error"), ("severity<error", "severity takes"),
        ("question:maybe", "open or none"), ('payer:"x', "not closed"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_words(text: str, words: str) -> None:
    with pytest.raises(FilterError, match=words.replace("?", r"\?")):
        parse_filter(text, NOW)


@given(
    st.text(max_size=60)
    | st.from_regex(r"(status|payer|date|risk|age|rule|severity)(:|>=|<|=)\S{0,12}", fullmatch=True)
)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        parse_filter(text, NOW)
    except FilterError as error:
        assert str(error)  # noqa: PT017  either outcome is right


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters='"'), min_size=1) | st.just("a b")
)
def test_a_quoted_name_is_read_back(name: str) -> None:
    if name.lower() != "none":
        assert read(f"payer:{quoted(name)}") == {"payer": name.strip()}


def test_another_status_leaves_the_rest() -> None:
    assert with_status('smith status:open payer:"a b"', "held") == 'status:held smith payer:"a b"'
    assert with_status("Status=open", None) == ""


def test_a_brand_stands_for_its_generic_and_its_code_and_short_words_for_nothing() -> None:
    assert {"J9267", "paclitaxel"} <= set(drug_kin("taxol")["taxol"])
    assert "Taxol" in drug_kin("PACLI")["pacli"]
    assert drug_kin("tax 5fu j9267 smith") == {}
