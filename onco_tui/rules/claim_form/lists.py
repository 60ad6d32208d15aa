"""Short code lists no CMS file here carries: places of service."""

from __future__ import annotations

# CMS place of service code set for professional claims, with 10 (2022), 27 (2023) and 66 (2024).
PLACES_OF_SERVICE = frozenset(
    f"{number:02}"
    for first, last in ((1, 27), (31, 34), (41, 42), (49, 58), (60, 62), (65, 66), (71, 72), (81, 81), (99, 99))
    for number in range(first, last + 1)
)
