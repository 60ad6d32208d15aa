"""What is printed when the program breaks: the kind of error and the place in the code, never a value.

Textual's own handler prints local variables, and those hold patient data.
"""

from __future__ import annotations

import traceback
from pathlib import Path


def crash_report(error: BaseException) -> str:
    """Name the error's type and the innermost place in our code, over two lines."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "onco_tui" in Path(frame.filename).parts] or frames
    place = (
        f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}, in {ours[-1].name}" if ours else "an unknown place"
    )
    return (
        f"onco-tui broke: {type(error).__name__} at {place}\n"
        "Nothing that was accepted is lost. Please report these two lines; they hold no patient data.\n"
    )
