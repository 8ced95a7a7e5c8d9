"""Which of a name's words comes first when it is spoken? Lists of contacts write the family name first: "Stone, Robert". Pure."""

from __future__ import annotations

import re

from outreach.kit.folding import folded

HONOURS = frozenset("dr prof mr mrs ms mx sir dame herr frau mme m jr sr phd".split())
_COMMA = re.compile(r"\s*[,，،]\s*")
"""Latin, Chinese and Arabic commas."""
_AFTER = frozenset(
    """ii iii iv esq md mba ba ma msc bsc cpa inc ltd llc gmbh ag kg plc corp bv srl sarl oy
    editor editors redaktion redakteur redakteurin redaktor redaktorka redacteur redactrice redactor redactora redattore redattrice editora
    author autor autorin auteur autrice autora writer journalist journalistin journaliste periodista giornalista blogger reporter columnist contributor freelance freelancer
    founder cofounder owner publisher producer director directeur directrice direttore manager head chief president chair ceo cto cmo coo cfo
    inhaber inhaberin gründer grunder leiter leiterin leitung webmaster press presse marketing outreach news media team редактор автор журналист директор""".split()
)
"""What stands behind a comma and is no given name: what somebody has or does, and kinds of companies."""
_PARTICLES = frozenset(
    "de da do du del della dos das van von der den la le el al bin ibn ben af av zu ter ten o mc mac di".split()
)
MOST_GIVEN = 3
MOST_FAMILY = 3


def words_of(text: str) -> list[str]:
    """Its words without accents, capitals and points."""
    return re.findall(r"[^\W_]+", folded(text))


def has_comma(name: str) -> bool:
    """May the family name be written first, behind it a comma?"""
    return _COMMA.search(name) is not None


def halves(name: str) -> tuple[str, str] | None:
    """(given name, family name) of one that is written the other way round, with a comma; None of any other.

    "Bo Berg, Editor", "Bo Berg, PhD" and "Berg, Inc." are not written so.
    """
    parts = [part for part in _COMMA.split(name.strip()) if part and not _is_title(part)]
    if len(parts) != 2:
        return None
    family, given = parts
    theirs = [word for word in words_of(given) if word not in HONOURS]
    if not 0 < len(theirs) <= MOST_GIVEN or not 0 < len(words_of(family)) <= MOST_FAMILY:
        return None
    is_letters = given.isupper() and not family.isupper() and len(theirs[0]) > 1
    if is_letters or not _AFTER.isdisjoint(theirs) or re.search(r"[\d@/]", name):
        return None
    return given, family


def spoken(name: str) -> str:
    """ "Stone, Robert" as it is spoken, "Robert Stone"; a name that is not surely written so as it is."""
    found = halves(name) if has_comma(name) else None
    if found is None or len([word for word in words_of(found[1]) if word not in _PARTICLES]) != 1:
        return name
    return " ".join(found)


def first_name(name: str) -> str:
    """The first word of a name as it is spoken; "" of none."""
    return next(iter(spoken(name).split()), "").rstrip(",，،")


def as_met(name: str) -> str:
    """A name as it is known again at a site: in the order in which it is spoken, without capitals."""
    return spoken(name).lower()


def ways_written(name: str) -> set[str]:
    """The ways in which a name that `as_met` knows again may stand in a row, without capitals."""
    met = as_met(name)
    words = met.split()
    turned = {f"{' '.join(words[at:])}, {' '.join(words[:at])}" for at in range(1, min(len(words), 4))}
    return {name.lower(), met, *turned}


def _is_title(part: str) -> bool:
    return set(words_of(part)) <= HONOURS
