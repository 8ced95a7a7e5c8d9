"""How well are real mails read? Prints each figure beside its goal.

The folder holds `mail/labels.jsonl`, a line a mail, and `mail/mails.zip`. Severity `block` counts as soft.
"""

import json
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any, NamedTuple

from outreach.letter.kinds import Kind, Reading, read
from tests.corpus import spf_suite

LINE_ENDS = (b"\n", b"\r\n", b"\r")
_ID = re.compile(rb"(?im)^[ \t>]{0,8}message-id:\s{0,5}(<[^<>\s]{1,400}>)")


_ANSWERED = re.compile(rb"(?im)^(?:in-reply-to|references):\s{0,5}(<[^<>\s]{1,400}>)")


class Scored(NamedTuple):
    label: dict[str, Any]
    raw: bytes
    reading: Reading
    seconds: float


def main(corpus_dir: Path) -> None:
    """Read every mail in three line ends, and print the scores."""
    folder = corpus_dir / "mail" if (corpus_dir / "mail").is_dir() else corpus_dir
    scored, raised = _read_all(folder)
    _print_kinds(scored)
    _print_severity([one for one in scored if one.label["severity"]])
    _print_originals([one for one in scored if one.label["kind"] == "bounce"])
    slowest = max(scored, key=lambda one: one.seconds)
    _line("exceptions in LF, CRLF and CR form", str(raised), "0")
    _line(
        "slowest mail, CPU, best of three",
        f"{slowest.seconds * 1000:.1f} ms ({slowest.label['name']})",
        "< 50 ms",
    )
    _print_spf(folder / "rfc7208-tests.yml")


def _print_spf(suite: Path) -> None:
    """The public suite of RFC 7208."""
    if not suite.exists():
        return
    right, wrong = spf_suite.run(suite)
    _line("SPF suite of RFC 7208", _share(right, right + len(wrong)), "100 %")
    for name in wrong:
        print(f"    {name}")


def _read_all(folder: Path) -> tuple[list[Scored], int]:
    scored: list[Scored] = []
    raised = 0
    for label, raw in _mails(folder):
        unix = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        for end in LINE_ENDS[1:]:
            raised += _raises(unix.replace(b"\n", end))
        raised += _raises(unix)
        scored.append(Scored(label, raw, read(raw), min(_seconds(raw) for _ in range(3))))
    return scored, raised


def _mails(folder: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    with zipfile.ZipFile(folder / "mails.zip") as packed, (folder / "labels.jsonl").open() as labels:
        for line in labels:
            label = json.loads(line)
            yield label, packed.read(label["file"])


def _raises(raw: bytes) -> bool:
    try:
        read(raw)
    except Exception as error:
        print(f"raised: {error!r}")
        return True
    return False


def _seconds(raw: bytes) -> float:
    start = time.process_time()
    read(raw)
    return time.process_time() - start


def _print_kinds(scored: list[Scored]) -> None:
    seen = Counter((one.label["kind"], one.reading.kind) for one in scored)
    for kind, goal in (
        ("bounce", ">= 98.5 %"),
        ("delayed", ""),
        ("complaint", ""),
        ("auto_reply", ""),
        ("delivered", ""),
    ):
        total = sum(count for (label, _), count in seen.items() if label == kind)
        _line(f"{kind} found", _share(seen[kind, Kind(kind)], total), goal)
    people = [one for one in scored if one.label["kind"] == "human"]
    wrong = [one for one in people if one.reading.kind is not Kind.HUMAN]
    _line("people called anything else", f"{len(wrong)} of {len(people)}", "0")
    _line("delays called a bounce", str(seen["delayed", Kind.BOUNCE]), "0")
    for one in scored:
        if one.label["kind"] and one.label["kind"] != one.reading.kind:
            print(
                f"    {one.label['name']}: {one.label['kind']} read as {one.reading.kind} ({one.reading.why})"
            )


def _print_severity(scored: list[Scored]) -> None:
    pairs = Counter((one.label["severity"] == "hard", one.reading.severity == "hard") for one in scored)
    hits, false, missed = pairs[True, True], pairs[False, True], pairs[True, False]
    _line("hard or soft right", _share(hits + pairs[False, False], len(scored)), ">= 97 %")
    _line("hard precision", _share(hits, hits + false), ">= 95 %")
    _line("hard recall", _share(hits, hits + missed), ">= 95 %")


def _print_originals(scored: list[Scored]) -> None:
    """Of the reports whose recipients are labelled. Right is a Message-ID in the raw body that is not the report's own."""
    theirs = [one for one in scored if one.label["recipients"]]
    right = sum(1 for one in theirs if one.reading.original_message_id.encode() in _ids(one.raw))
    own = sum(
        1
        for one in scored
        if one.reading.original_message_id and one.reading.original_message_id.encode() in _own(one.raw)
    )
    _line("right original Message-ID", _share(right, len(theirs)), ">= 85 %")
    _line("the report's own Message-ID given", str(own), "0")


def _ids(raw: bytes) -> list[bytes]:
    """Every Message-ID below the report's own head: in the raw text, in decoded parts, or answered to."""
    plain = raw.replace(b"\r\n", b"\n")
    head, _, body = plain.partition(b"\n\n")
    unquoted = body.replace(b"=\n", b"").replace(b"=3D", b"=")
    decoded = [part.get_payload(decode=True) for part in message_from_bytes(raw).walk()]
    texts = [body, unquoted, *(text.replace(b"\r\n", b"\n") for text in decoded if isinstance(text, bytes))]
    return [found for text in texts for found in _ID.findall(text)] + _ANSWERED.findall(head)


def _own(raw: bytes) -> list[bytes]:
    return _ID.findall(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0])


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part} of {whole})" if whole else "-"


def _line(name: str, value: str, goal: str) -> None:
    print(f"{name:<40} {value:<28} {'goal ' + goal if goal else ''}".rstrip())
