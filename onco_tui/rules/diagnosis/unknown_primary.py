"""Cancer without a known primary site, beside sites that are known."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_primary, is_secondary
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import active
from onco_tui.rules.diagnosis.listing import list_evidence, replacement
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_DISSEMINATED, _UNSPECIFIED = "C80.0", "C80.1"


@rule(
    "DXC220",
    "unknown-primary-with-known-site",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.j and I.C.2.k"), icd10cm_tabular("notes at C80")),
)
def unknown_primary_with_known_site(context: Context) -> Iterator[Draft | NotChecked]:
    """Unknown primary with a known site.

    What it finds: Disseminated cancer (C80.0) beside a known primary or metastasis, or cancer of an unspecified site
        (C80.1) beside a known primary on the claim or in the chart.
    Why it matters: C80.0 is for disease without any known site, C80.1 for a primary that cannot be found; with a known
        site they take the place of the codes that say it.
    What the chart must show: Whether the primary is known, and where.
    Example: C80.1 with C18.7. C80.1 with C79.51 is right: the primary is unknown, the metastasis is not.
    Fix: Report the charted primary, or the site already listed, in its place (review); where the tumors may be two, ask
        (query).
    Authority: ICD-10-CM Official Guidelines I.C.2.j and I.C.2.k; notes at C80.
    """
    listed = context.claim.diagnoses
    for vague in (_DISSEMINATED, _UNSPECIFIED):
        if vague not in listed:
            continue
        known = [code for code in dict.fromkeys(listed) if is_primary(code)]
        if vague == _DISSEMINATED:
            known += [code for code in dict.fromkeys(listed) if is_secondary(code) and code != "C79.9"]
        if not known and context.chart.diagnoses is None:
            yield NotChecked(f"the chart lists no diagnoses, so it is not known whether a site is known beside {vague}")
        charted = [entry for entry in active(context) if entry.diagnosis.role == "primary" and is_primary(entry.code)]
        if known or charted:
            sites = tuple(dict.fromkeys((*known, *(entry.code for entry in charted))))
            evidence = [item for entry in charted for item in entry.evidence("code", "role")]
            yield Draft(
                f"{vague} is for cancer without a known site; {' and '.join(sites)} is known",
                diagnoses=(vague, *known),
                evidence=(list_evidence(context.claim), *evidence),
                fixes=(
                    *(fix for site in sites[:1] for fix in replacement(context.claim, vague, site)),
                    ask(
                        context,
                        "ask whether the primary is known",
                        (vague, *sites),
                        "both are listed for the visit",
                        "What is known of the primary site, and how many tumors are there?",
                        "the primary is known, one tumor (please name it)",
                        "the primary is known, several tumors (please name them)",
                        "the primary is not known",
                    ),
                ),
                subject=vague,
            )
