"""A config file is used whole or refused, with the line, the key and what may have been meant."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onco_tui.config.mistakes import BadConfig, Mistake
from onco_tui.config.positions import line_of, positions
from onco_tui.config.reading import read_config
from onco_tui.config.words import in_force, template, toml
from onco_tui.tui.places import Place
from onco_tui.tui.settings import OwnReason, Settings


def mistakes(tmp_path: Path, text: str | bytes) -> tuple[Mistake, ...]:
    with pytest.raises(BadConfig) as refused:
        read_config(write(tmp_path, text))
    return refused.value.mistakes


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def keys_of(settings: Settings, place: Place, name: str) -> tuple[str, ...]:
    return next(key.keys for key in settings.keys if key.place is place and key.name == name)


def test_without_a_file_all_is_as_shipped(tmp_path: Path) -> None:
    assert read_config(tmp_path / "none.toml").settings == Settings()


def test_everything_that_can_be_set(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        'theme = "dark"\nascii = true\nmouse = true\n[privacy]\nhide = true\nlock_after_minutes = 3\n'
        '[keys.review]\naccept = ["a", "ctrl+y"]\n"pane_1" = []\n[keys.list]\ntop = "home"\n'
        '[reasons]\ntrial = "billed to the sponsor"\n',
    )
    found = read_config(path)
    settings = found.settings
    assert (settings.theme, settings.ascii, settings.mouse) == ("dark", True, True)
    assert (settings.hide, settings.lock_after_minutes) == (True, 3)
    assert keys_of(settings, Place.REVIEW, "accept") == ("a", "ctrl+y")
    assert keys_of(settings, Place.REVIEW, "pane_1") == ()
    assert keys_of(settings, Place.LIST, "top") == ("home",)
    assert settings.reasons == (OwnReason("trial", "billed to the sponsor"),)
    lines = {"theme": 1, "privacy.lock_after_minutes": 6, "keys.review.accept": 8, "reasons.trial": 13}
    assert {name: found.lines[name] for name in lines} == lines
    assert {name: origin for name, _, origin in in_force(found) if origin == "default"} == {}


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ('\ntheme = "drak"', 2, "theme", "did you mean dark?"),
        ("colour = 1", 1, "colour", "no setting is called so"),
        (
            "[privacy]\nlock_after_minuts = 1",
            2,
            "privacy.lock_after_minuts",
            "did you mean privacy.lock_after_minutes?",
        ),
        ("[privcy]\nhide = true", 2, "privcy.hide", "did you mean privacy.hide?"),
        ("[privcy]", 1, "privcy", "did you mean privacy"),
        ("privacy = true", 1, "privacy", "write [privacy] above"),
        ("mouse = 1", 1, "mouse", "true or false"),
        ("ascii = 0", 1, "ascii", "true or false"),
        ("[privacy]\nlock_after_minutes = true", 2, "privacy.lock_after_minutes", "whole minutes"),
        ("[privacy]\nlock_after_minutes = -1", 2, "privacy.lock_after_minutes", "whole minutes"),
        ("[privacy]\nlock_after_minutes = 1.5", 2, "privacy.lock_after_minutes", "whole minutes"),
        ("[keys.revew]\naccept = 'a'", 2, "keys.revew.accept", "did you mean review?"),
        ("[keys.review]\n\nacept = 'a'", 3, "keys.review.acept", "did you mean accept?"),
        ("[keys]\nreview = 'a'", 2, "keys.review", "is a table"),
        ("[keys.review]\naccept = 1", 2, "keys.review.accept", "must be keys"),
        ("[keys.review]\naccept = ['a', 2]", 2, "keys.review.accept", "must be keys"),
        ("[keys.review.accept]\nkey = 'a'", 2, "keys.review.accept.key", "no such action"),
        ("[keys.review]\naccept = 'ctrl+i'", 2, "keys.review.accept", "cannot tell ctrl+i from tab"),
        ("[keys.review]\naccept = 'hyper+x'", 2, "keys.review.accept", "is no key"),
        ("[keys.review]\naccept = ''", 2, "keys.review.accept", "is no key"),
        ("[keys.review]\naccept = '\\u001b'", 2, "keys.review.accept", "is no key"),
        ("[keys.anywhere]\ninterrupt = 'x'", 2, "keys.anywhere.interrupt", "cannot be changed"),
        ("[keys.review]\naccept = 'ctrl+c'", 2, "keys.review.accept", "cannot be given away"),
        ("[keys.anywhere]\ncommand = []", 2, "keys.anywhere.command", "at least one key"),
        ("[keys.confirm]\nyes = []", 2, "keys.confirm.yes", "at least one key"),
        ("[keys.search]\nkeep = ['enter', 'a']", 2, "keys.search.keep", "a belongs to the text"),
        ("[keys.line_edit]\ndrop = 'space'", 2, "keys.line_edit.drop", "space belongs to the text"),
        ("[keys.wording]\ndrop = 'backspace'", 2, "keys.wording.drop", "backspace belongs to the text"),
        ("[reasons]\nother = 'x'", 2, "reasons.other", "has a reason of this name"),
        ("[reasons]\nBad = 'x'", 2, "reasons.Bad", "small letters"),
        ("[reasons]\nempty = ' '", 2, "reasons.empty", "the words a coder reads"),
        ("[reasons]\nlong = '''a\nb'''", 2, "reasons.long", "the words a coder reads"),
        ("theme = ", 1, "", "is not TOML"),
        ("a = 1\na = 2", 2, "", "is not TOML"),
        ("# x\n[privacy\n", 2, "", "is not TOML"),
    ],
)
def test_a_mistake_is_named_with_line_key_and_what_was_meant(
    tmp_path: Path, text: str, line: int, key: str, words: str
) -> None:
    found = mistakes(tmp_path, text)
    assert len(found) == 1
    assert (found[0].line, found[0].key) == (line, key)
    assert words in found[0].words


def test_a_conflict_names_both_actions_and_stands_on_the_line_that_makes_it(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, "[keys.review]\n# my own\naccept = [\n 'a',\n 'x',\n]\n")
    assert (found.line, found.key) == (3, "keys.review.accept")
    assert "'x'" in found.words
    assert "review.accept (accept)" in found.words
    assert "review.set_aside (dismiss)" in found.words


@pytest.mark.parametrize(
    "text",
    [
        "[keys.review]\naccept = 'j'",  # moves the cursor in every list
        "[keys.worklist]\nsort = '?'",  # asks for help everywhere
        "[keys.anywhere]\nlock = 'a'",  # accepts in the review
        "[keys.page]\nclose = ':'",
        "[keys.reason]\nkeep = 'j'",
    ],
)
def test_a_conflict_is_seen_across_what_is_heard_together(tmp_path: Path, text: str) -> None:
    (found,) = mistakes(tmp_path, text)
    assert "give one of them another key" in found.words


def test_keys_can_be_exchanged(tmp_path: Path) -> None:
    settings = read_config(write(tmp_path, "[keys.review]\naccept = 'x'\nset_aside = 'a'\n")).settings
    assert keys_of(settings, Place.REVIEW, "accept") == ("x",)


def test_all_mistakes_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "mouse = 1\n[keys.review]\naccept = 'x'\n[reasons]\nother = 'y'\n")
    assert [mistake.line for mistake in found] == [1, 3, 5]


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    assert mistakes(tmp_path, b"# a\nx = '\xff'\n") == (Mistake(2, "", "is not UTF-8 text"),)
    assert "longer than" in mistakes(tmp_path, b"#" * 70_000)[0].words
    assert mistakes(tmp_path, "x = " + "[" * 5000)[0].words == "is nested too deep"
    with pytest.raises(BadConfig, match="is not a file"):
        read_config(tmp_path)


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONCO_TUI_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(BadConfig, match="not there"):
        read_config()


def test_the_template_is_in_order_changes_nothing_and_names_every_setting(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, template())).settings == Settings()
    bare = "\n".join(line.removeprefix("# ") if " = " in line else line for line in template().splitlines())
    settings = read_config(write(tmp_path, bare)).settings
    assert keys_of(settings, Place.REVIEW, "accept") == ("a", "ctrl+y")
    assert [reason.key for reason in settings.reasons] == ["trial"]


@given(st.one_of(st.booleans(), st.integers(), st.text(), st.lists(st.text())))
def test_a_value_is_written_so_that_it_reads_back(value: object) -> None:
    text = toml(value)
    if "\x7f" not in text:  # JSON leaves it as it is, TOML does not allow it, and no setting holds it
        assert tomllib.loads(f"x = {text}") == {"x": value}


TOML = """# head
a = 1
b = [
  "x", # ]
  "y",
]
"c.d" = \"\"\"
[no.table]
e = 5
\"\"\"
[t.u]  # comment
v.w = { x = 1, y = 2 }

[[many]]
z = 1
"""


def test_every_key_has_its_line() -> None:
    found = positions(TOML)
    assert found["a",] == 2
    assert found["b",] == 3
    assert found["c.d",] == 7
    assert ("no", "table") not in found
    assert ("e",) not in found
    assert found["t", "u"] == 11
    assert found["t", "u", "v", "w", "y"] == 12
    assert found["many", "z"] == 15
    assert line_of(found, ("t", "u", "missing")) == 11
    assert line_of(found, ("nowhere",)) == 0
