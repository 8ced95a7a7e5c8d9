"""Runs the public SPF suite: each document is a zone and tests against it."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from outreach.letter.domain.answers import Answer, Lookup
from outreach.letter.domain.spf import check_host

Records = dict[str, dict[str, list[str]]]


def run(suite: Path) -> tuple[int, list[str]]:
    """How many are right, and which are not."""
    right, wrong = 0, []
    for document in yaml.safe_load_all(suite.read_text()):
        look_up = _zone(document["zonedata"])
        for name, test in document["tests"].items():
            wanted = test["result"] if isinstance(test["result"], list) else [test["result"]]
            got = check_host(test["host"], test["mailfrom"], test["helo"], look_up)
            if got in wanted:
                right += 1
            else:
                wrong.append(f"{document['description']}: {name}: {got} instead of {' or '.join(wanted)}")
    return right, wrong


def _zone(data: dict[str, list[Any]]) -> Lookup:
    """As the suite says: TIMEOUT silences a name, SPF records stand for TXT where there is none."""
    silent = {_key(name) for name, records in data.items() if "TIMEOUT" in records}
    zone: Records = defaultdict(lambda: defaultdict(list))
    for name, records in data.items():
        typed = [record for record in records if isinstance(record, dict)]
        has_txt = any("TXT" in record for record in typed)
        for record in typed:
            ((kind, value),) = record.items()
            if value != "NONE":
                zone[_key(name)]["TXT" if kind == "SPF" and not has_txt else kind].append(_value(kind, value))
    return lambda name, kind: _answer(zone, silent, _key(name), kind)


def _key(name: str) -> str:
    return str(name).lower().rstrip(".")


def _value(kind: str, value: Any) -> str:
    if kind == "MX":
        return f"{value[0]} {value[1]}"
    if isinstance(value, list):
        return "".join(_value("", part) for part in value)
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _answer(zone: Records, silent: set[str], name: str, kind: str) -> Answer:
    for _ in range(8):
        records = zone.get(name, {})
        if values := records.get(kind):
            return Answer.failed("silent") if values == ["TIMEOUT"] else Answer.of(*values)
        if not records.get("CNAME"):
            break
        name = _key(records["CNAME"][0])
    return Answer.failed("silent") if name in silent else Answer.of()
