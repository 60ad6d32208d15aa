"""What was altered with another program is found, also where only lists and other tools look."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from onco_tui.review.desk import Desk
from tests.review.stocking import stock, visit


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE claim_lines SET code = 'J9999' WHERE position = 1", "claim_lines"),
        ("DELETE FROM claim_lines", "claim_lines"),
        ("DELETE FROM diagnoses", "diagnoses"),
        ("UPDATE encounters SET patient_name = 'Other, Person'", "searchable columns"),
        ("UPDATE encounters SET date_of_service = '2020-01-01'", "searchable columns"),
        ("DROP TRIGGER audit_is_never_changed", "audit_is_never_changed"),
        ("DROP TRIGGER encounters_are_never_deleted", "encounters_are_never_deleted"),
    ],
)
def test_every_alteration_is_found(tmp_path: Path, statement: str, words: str) -> None:
    path = tmp_path / "claims.db"
    with stock(path, visit()) as desk:
        desk.sit("E-1").accept_safe()
        assert desk.verify().ok
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with Desk.open(path) as desk:
        outcome = desk.verify()
    assert not outcome.ok
    assert words in outcome.reason
    assert "Other" not in outcome.reason
