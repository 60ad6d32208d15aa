"""What a drug named in a search goes by elsewhere: its codes and its other names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from onco_tui.store.words import question_words

_SHORTEST = 4
_MOST = 40


def drug_kin(search: str) -> dict[str, tuple[str, ...]]:
    """Give for each word that begins a drug's name its codes and names, so that a brand finds what was billed by code.

    Words of three letters and less, and words with digits, are nobody's drug: they would find half the list.
    """
    kin: dict[str, tuple[str, ...]] = {}
    for word in question_words(search):
        if len(word) >= _SHORTEST and word.isalpha():
            found = dict.fromkeys(other for name, others in _names() if name.startswith(word) for other in others)
            if found:
                kin[word] = tuple(found)[:_MOST]
    return kin


@cache
def _names() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give each word of a drug's names with the drug's code and all its names."""
    from onco_tui.codesets.drugs import load_drugs  # noqa: PLC0415  the worklist must not wait for the tables
    from onco_tui.codesets.shipped import data_folder  # noqa: PLC0415  same

    def pairs() -> Iterator[tuple[str, tuple[str, ...]]]:
        for drug in load_drugs(data_folder("rulesets") / "drugs.json"):
            names = (drug.generic, *drug.brands, *drug.aliases)
            for word in {word for name in names for word in question_words(name)[:1]}:
                yield word, (drug.hcpcs, *names)

    return tuple(pairs())
