"""What a page says beside its fields."""

import re
from html import unescape

from werkzeug.test import TestResponse


def errors(page: TestResponse) -> list[str]:
    """The sentences beside the fields."""
    return [
        unescape(text)
        for text in re.findall(r'class="field-error".*?<span>(.*?)</span>', page.text, re.DOTALL)
    ]
