"""What somebody brings by a form that takes a file or a paste."""

from __future__ import annotations

import io
from typing import IO, Any


def brought(form: Any, nameless: str) -> tuple[str, IO[bytes], Any] | None:
    """(name, bytes, the field they came by) of a form with `file` and `text`; None when both are empty, and the form says so.

    `nameless` names a file whose own name cannot be shown.
    """
    given = form.file.data
    file: IO[bytes]
    if given and given.filename:
        name, file, field = str(given.filename).replace("\\", "/").rpartition("/")[2], given.stream, form.file
    elif form.text.data:
        pasted = io.BytesIO(form.text.data.encode("utf-8", "replace"))
        name, file, field = "What was pasted", pasted, form.text
    else:
        form.file.errors = ["Choose a file, or paste the rows below."]
        return None
    return "".join(sign for sign in name if sign.isprintable()) or nameless, file, field
