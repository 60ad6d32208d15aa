from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onco_tui.store.audit import head
from onco_tui.store.database import Database, StoreError
from onco_tui.store.errors import AlreadyThere
from onco_tui.store.views import SavedView, delete_view, rename_view, save_view, saved_views

MEDICARE = SavedView("Medicare", "payer:medicare status:open", "amount_at_risk", descending=True)
HELD = SavedView("held", "status:held", "patient_name", descending=False)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.create(tmp_path / "claims.db") as opened:
        save_view(opened, "kim", MEDICARE)
        save_view(opened, "kim", HELD)
        yield opened


def test_views_are_a_coders_own_and_stand_in_the_order_they_were_made(database: Database) -> None:
    save_view(database, "lee", HELD)
    assert saved_views(database, "kim") == (MEDICARE, HELD)
    assert saved_views(database, "lee") == (HELD,)
    assert saved_views(database, "mo") == ()


def test_saving_under_a_name_again_replaces_the_view_in_its_place(database: Database) -> None:
    other = SavedView("medicare", "payer:medicare", "date_of_service", descending=False)
    save_view(database, "kim", other)
    first, second = saved_views(database, "kim")
    assert (first.name, first.filter, first.sort) == ("Medicare", "payer:medicare", "date_of_service")
    assert second == HELD


def test_renaming_keeps_all_else_and_never_swallows_another_view(database: Database) -> None:
    rename_view(database, "kim", "held", "on hold")
    assert [view.name for view in saved_views(database, "kim")] == ["Medicare", "on hold"]
    with pytest.raises(AlreadyThere, match="MEDICARE is there"):
        rename_view(database, "kim", "on hold", "MEDICARE")
    rename_view(database, "kim", "on hold", "On Hold")
    assert saved_views(database, "kim")[1] == SavedView("On Hold", HELD.filter, HELD.sort, descending=False)
    with pytest.raises(StoreError, match="no view"):
        rename_view(database, "kim", "gone", "here")


def test_deleting_takes_one_view_of_one_coder(database: Database) -> None:
    save_view(database, "lee", HELD)
    delete_view(database, "kim", "held")
    assert saved_views(database, "kim") == (MEDICARE,)
    assert saved_views(database, "lee") == (HELD,)
    with pytest.raises(StoreError, match="no view held"):
        delete_view(database, "kim", "held")


def test_views_are_settings_and_leave_no_audit_row(database: Database) -> None:
    assert head(database).seq == 0


def test_what_a_view_filters_by_is_in_no_repr() -> None:
    assert "smith" not in repr(SavedView("mine", "smith", "severity", descending=True))
