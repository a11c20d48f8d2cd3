"""Laying out text: blank lines, and paragraphs as HTML."""

import html
import re

_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*\n")
_LINE_ENDS = re.compile(r"[ \t]+\n")


def squeeze(text: str) -> str:
    """At most one blank line in a row, none at the ends, no space at the end of a line."""
    if " \n" in text:
        text = _LINE_ENDS.sub("\n", text)
    return _BLANK_LINES.sub("\n\n", text).strip()


class _Safe(str):
    """HTML made here from escaped text."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def paragraphs(text: str) -> str:
    """Plain text as HTML paragraphs."""
    blocks = [html.escape(block.strip()).replace("\n", "<br>") for block in text.split("\n\n") if block.strip()]
    return _Safe("\n".join(f'<p style="margin:0 0 16px;">{block}</p>' for block in blocks))
