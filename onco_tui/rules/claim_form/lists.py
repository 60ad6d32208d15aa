"""Short code lists no CMS file here carries: CPT modifiers and places of service."""

from __future__ import annotations

# CPT appendix A, performance measures and anaesthesia status, by code only; 93 is the newest (2022).
CPT_MODIFIERS = frozenset(
    {"22", "23", "24", "25", "26", "27", "32", "33", "47", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59"}
    | {"62", "63", "66", "73", "74", "76", "77", "78", "79", "80", "81", "82", "90", "91", "92", "93", "95", "96", "97"}
    | {"99", "1P", "2P", "3P", "8P", "P1", "P2", "P3", "P4", "P5", "P6"}
)

# CMS place of service code set for professional claims, with 10 (2022), 27 (2023) and 66 (2024).
PLACES_OF_SERVICE = frozenset(
    f"{number:02}"
    for first, last in ((1, 27), (31, 34), (41, 42), (49, 58), (60, 62), (65, 66), (71, 72), (81, 81), (99, 99))
    for number in range(first, last + 1)
)
