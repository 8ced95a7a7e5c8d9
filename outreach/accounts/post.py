"""Letters of the system: an invitation, a password link. What can send them lies above; the app puts it in."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

Post = Callable[[str, str, dict[str, str]], bool]
"""(address, folder of the letter under templates/emails, its words) -> was it queued?"""

KEY = "outreach.post"


def use(app: Flask, post: Post) -> None:
    """From now on `post` sends."""
    app.extensions[KEY] = post


def send(to_address: str, letter: str, **words: str) -> bool:
    """Queue a letter; False when no mailbox is named for the system's mail: then the link is on the screen only."""
    post: Post | None = current_app.extensions.get(KEY)
    return post is not None and post(to_address, letter, words)
