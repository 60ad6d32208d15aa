"""Questions to clinicians, for screens and commands; the store keeps them."""

from __future__ import annotations

from onco_tui.store.queries import ClinicianQuery, QueryStatus

__all__ = ["ClinicianQuery", "QueryStatus"]
