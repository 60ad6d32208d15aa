"""Fills a fresh database with the synthetic encounters of ``fixtures``."""

from __future__ import annotations

from onco_tui.codesets.shipped import data_folder
from onco_tui.review.desk import Desk
from onco_tui.review.importing import Counts, import_inputs
from onco_tui.review.inputs import read_inputs


def fill_demo(desk: Desk) -> Counts:
    """Import every fixture document."""
    return import_inputs(desk, read_inputs([str(path) for path in sorted(data_folder("fixtures").glob("*.json"))]))
