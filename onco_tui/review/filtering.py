"""The small language of the worklist's filter: ``payer:medicare rule:ADM102 risk>100 status:held paclitaxel``.

Both the screen and the command line read it here. A word without a sign is searched for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from onco_tui.review.drug_names import drug_kin
from onco_tui.store.canonical import timestamp
from onco_tui.store.filters import SeverityWord, WorklistQuery

FILTERS: Mapping[str, str] = {
    "status": "open, held, finalized or all",
    "payer": "name or id of the payer",
    "rule": "a rule that is found, ADM102, or a family, ADM",
    "coder": "who has it open or acted last; me is you",
    "date": "date of service: date:2026-03, date>=2026-01-15",
    "age": "days since the import: age>30",
    "severity": "error, warning, info or none; severity>=warning",
    "risk": "money at risk: risk>100",
    "question": "open or none: questions to a clinician",
}
"""The filters with what they take, as the prompt offers them."""

_ALIASES = {
    "dos": "date", "money": "risk", "amount": "risk", "sev": "severity", "query": "question", "questions": "question",
    "user": "coder", "rules": "rule",
}  # fmt: skip
_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*")+')
_TERM = re.compile(r"([A-Za-z]+)(>=|<=|>|<|:|=)(.*)", re.DOTALL)
_RULE = re.compile(r"[A-Z]{1,3}|[A-Z]{3}[0-9]{1,3}")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_STATUSES = ("open", "held", "finalized")
_SEVERITIES: tuple[SeverityWord, ...] = ("error", "warning", "info")
_COUNT_OF_DAYS = re.compile(r"\d{1,5}")

Fields = dict[str, object]


class FilterError(ValueError):
    """A filter that cannot be read; the message says in words what is wrong."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Who asks, and when; ``now`` carries the time zone whose midnights count."""

    coder: str
    now: datetime

    def midnight(self, days_ago: int) -> str:
        """Give the first moment of a day as the database writes times."""
        day = self.now - timedelta(days=days_ago)
        return timestamp(day.replace(hour=0, minute=0, second=0, microsecond=0))


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as it was read: the query without an order, and each part in words."""

    query: WorklistQuery = field(default_factory=WorklistQuery)
    words: Mapping[str, str] = field(default_factory=dict, repr=False)


def moment(coder: str) -> Moment:
    """Read the clock for a coder."""
    return Moment(coder, datetime.now().astimezone())


def tokens(text: str) -> tuple[str, ...]:
    """Split a filter at its blanks; quotation marks hold a value together. Raises FilterError."""
    if text.count('"') % 2:
        raise FilterError("a quotation mark is not closed")
    return tuple(_TOKEN.findall(text))


def parse_filter(text: str, asking: Moment) -> Filter:
    """Read a filter. Raises FilterError."""
    fields: Fields = {}
    words: dict[str, str] = {}
    search: list[str] = []
    for token in tokens(text):
        term = _TERM.fullmatch(token)
        if term is None:
            search.append(token.replace('"', ""))
            continue
        name, sign, value = known_name(term[1]), term[2], term[3].replace('"', "").strip()
        if not value:
            raise FilterError(f"{name} wants a value: {FILTERS[name]}")
        found, said = _READERS[name](sign, value, asking)
        if set(found) & set(fields):
            raise FilterError(f"{name} stands twice")
        fields |= found
        if said:
            words[name] = f"{words[name]} and {said}" if name in words else said
    if search:
        words["search"] = " ".join(search)
        fields |= {"search": words["search"], "kin": drug_kin(words["search"])}
    return Filter(replace(WorklistQuery(), **fields), words)  # type: ignore[arg-type]  # each reader gives its own fields


def known_name(name: str) -> str:
    """Give the filter of a name or alias. Raises FilterError, with the nearest name where there is one."""
    name = name.lower()
    name = _ALIASES.get(name, name)
    if name in FILTERS:
        return name
    from difflib import get_close_matches  # noqa: PLC0415  only for a slip of the finger

    near = get_close_matches(name, FILTERS, 1)
    hint = f"; {near[0]}?" if near else f"; there are {', '.join(FILTERS)}"
    raise FilterError(f"no filter is called {name}{hint}")


def _only_is(name: str, sign: str) -> None:
    if sign not in {":", "="}:
        raise FilterError(f"{name} takes a colon: {name}:...")


def _status(sign: str, value: str, _: Moment) -> tuple[Fields, str]:
    _only_is("status", sign)
    wanted = value.lower()
    if wanted in {"all", "any"}:
        return {"status": None}, ""
    named = [status for status in _STATUSES if status.startswith(wanted)]
    if len(named) != 1:
        raise FilterError(f"no status is called {value}; there are {', '.join(_STATUSES)} and all")
    return {"status": named[0]}, named[0]


def _payer(sign: str, value: str, _: Moment) -> tuple[Fields, str]:
    _only_is("payer", sign)
    return {"payer": "" if value.lower() == "none" else value}, value


def _coder(sign: str, value: str, asking: Moment) -> tuple[Fields, str]:
    _only_is("coder", sign)
    name = asking.coder if value.lower() == "me" else value
    return {"coder": name}, name


def _rule(sign: str, value: str, _: Moment) -> tuple[Fields, str]:
    _only_is("rule", sign)
    code = value.upper()
    if not _RULE.fullmatch(code):
        raise FilterError(f"{value} is no rule; a rule is called like ADM102, a family like ADM")
    return {"rule": code}, code


def _severity(sign: str, value: str, _: Moment) -> tuple[Fields, str]:
    wanted = value.lower()
    if wanted in {"none", "clean"} and sign in {":", "="}:
        return {"severities": ("none",)}, "none"
    named = [severity for severity in _SEVERITIES if severity.startswith(wanted) or f"{severity}s" == wanted]
    if len(named) != 1 or sign in {"<", "<="}:
        raise FilterError("severity takes error, warning, info or none, or severity>=warning")
    place = _SEVERITIES.index(named[0])
    chosen = {">=": _SEVERITIES[: place + 1], ">": _SEVERITIES[:place]}.get(sign, (named[0],))
    if not chosen:
        raise FilterError("nothing is above error")
    return {"severities": chosen}, " or ".join(reversed(chosen))


def _question(sign: str, value: str, _: Moment) -> tuple[Fields, str]:
    _only_is("question", sign)
    answers = {"open": True, "yes": True, "none": False, "no": False}
    if value.lower() not in answers:
        raise FilterError("question takes open or none")
    wanted = answers[value.lower()]
    return {"question": wanted}, "open" if wanted else "none"


def _date(sign: str, value: str, _: Moment) -> tuple[Fields, str]:
    first, last = _days(value)
    if sign in {":", "="}:
        said = first.isoformat() if first == last else f"{first} to {last}"
        return {"date_from": first.isoformat(), "date_to": last.isoformat()}, said
    try:
        day = {
            ">=": first, ">": last + timedelta(days=1) if sign == ">" else last,
            "<=": last, "<": first - timedelta(days=1) if sign == "<" else first,
        }[sign]  # fmt: skip
    except OverflowError:
        raise FilterError(f"the calendar ends at {value}") from None
    from_it = sign in {">", ">="}
    return {"date_from" if from_it else "date_to": day.isoformat()}, f"{'from' if from_it else 'to'} {day}"


def _days(value: str) -> tuple[date, date]:
    """Give the first and last day of a year, a month or a day."""
    written = _DAY.fullmatch(value)
    if written is None:
        raise FilterError(f"{value} is no date; write 2026-03-31, 2026-03 or 2026")
    year, month, day = (int(part) if part else 0 for part in written.groups())
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        if written[2]:
            following = date(year + month // 12, month % 12 + 1, 1) if year < 9999 else date(year, 12, 31)
            return date(year, month, 1), following - timedelta(days=1)
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        raise FilterError(f"{value} is not in the calendar") from None


def _risk(sign: str, value: str, _: Moment) -> tuple[Fields, str]:
    try:
        amount = Decimal(value.lstrip("$").replace(",", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 12 or amount != amount.quantize(Decimal("0.01")):
        raise FilterError(f"{value} is no amount; write risk>100 or risk<=99.50")
    if sign == "=":
        raise FilterError("risk takes >, >=, < or <=: risk>100")
    cent = Decimal("0.01")
    amount = amount.quantize(cent)
    if sign in {"<", "<="}:
        return {"risk_to": amount - cent if sign == "<" else amount}, f"{'below' if sign == '<' else 'up to'} {amount}"
    return {"risk_from": amount + cent if sign == ">" else amount}, f"{'over' if sign == '>' else 'at least'} {amount}"


def _age(sign: str, value: str, asking: Moment) -> tuple[Fields, str]:
    number = value.lower().removesuffix("days").removesuffix("d").strip()
    if not _COUNT_OF_DAYS.fullmatch(number) or sign == "=":
        raise FilterError(f"{value} is no number of days; write age>30 or age<=7")
    days = int(number)
    try:
        if sign in {"<", "<="}:
            said = f"{'under' if sign == '<' else 'up to'} {days} days"
            return {"imported_from": asking.midnight(days - 1 if sign == "<" else days)}, said
        said = f"{'over' if sign == '>' else 'at least'} {days} days"
        return {"imported_before": asking.midnight(days if sign == ">" else days - 1)}, said
    except OverflowError:
        raise FilterError(f"{value} days are more than the calendar has") from None


_READERS: Mapping[str, Callable[[str, str, Moment], tuple[Fields, str]]] = {
    "status": _status, "payer": _payer, "rule": _rule, "coder": _coder, "date": _date, "age": _age,
    "severity": _severity, "risk": _risk, "question": _question,
}  # fmt: skip


def with_status(text: str, status: str | None) -> str:
    """Give a filter text with another status, or none; everything else stays as it was typed."""
    kept = [token for token in tokens(text) if not _is_status(token)]
    return " ".join(([f"status:{status}"] if status else []) + kept)


def _is_status(token: str) -> bool:
    term = _TERM.fullmatch(token)
    return term is not None and term[1].lower() == "status"


def quoted(value: str) -> str:
    """Write a value so that it is read back as one."""
    bare = value.replace('"', "")
    return f'"{bare}"' if re.search(r"\s", bare) or not bare else bare
