"""What is said when the program breaks: where, never with which values."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

_REASSURANCE = "Nothing that was accepted is lost. Please report these two lines; they hold no patient data."


def report_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell where the program broke, without any value: values may identify a patient."""
    import traceback  # noqa: PLC0415  nearly every run ends without one

    frames = traceback.extract_tb(trace)
    ours = [frame for frame in frames if "onco_tui" in Path(frame.filename).parts] or frames
    place = (
        f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}, in {ours[-1].name}" if ours else "an unknown place"
    )
    del error
    sys.stderr.write(f"onco-tui broke: {kind.__name__} at {place}\n{_REASSURANCE}\n")
