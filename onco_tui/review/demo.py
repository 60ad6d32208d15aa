"""Fills a fresh database with the synthetic encounters of ``fixtures``."""

from __future__ import annotations

from onco_tui.codesets.shipped import data_folder
from onco_tui.review.desk import Desk
from onco_tui.review.importing import Outcome, import_inputs
from onco_tui.review.inputs import read_inputs
from onco_tui.store.errors import StoreError


def fill_demo(desk: Desk) -> None:
    """Import every fixture document."""
    inputs = read_inputs([str(path) for path in sorted(data_folder("fixtures").glob("*.json"))])
    for fault in import_inputs(desk, inputs, Outcome()):
        raise StoreError(f"{fault.source}: {fault.message}")
