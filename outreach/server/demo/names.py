"""Invented names for the demo; sites under `.example` and `.localhost`, which nobody can own."""

from __future__ import annotations

FIRST = [
    "Lena",
    "Paul",
    "Priya",
    "Ed",
    "Hanne",
    "Rosa",
    "Ana",
    "Kim",
    "Sofia",
    "Noor",
    "Ines",
    "Joan",
    "Luc",
    "Grete",
    "Bea",
    "Rob",
    "Ivy",
    "Joe",
    "Mia",
    "Olaf",
    "Tess",
    "Hugo",
    "Nadia",
    "Sam",
    "Clara",
    "Felix",
    "Yara",
    "Tom",
    "Ruth",
    "Emil",
    "Zoe",
    "Marc",
    "Alma",
    "Finn",
    "Vera",
    "Leo",
    "Ida",
    "Noah",
    "Pia",
    "Karl",
]
LAST = [
    "Ortiz",
    "Reyes",
    "Nair",
    "Moss",
    "Dahl",
    "Vega",
    "Duarte",
    "Aldous",
    "Lind",
    "Haddad",
    "Falk",
    "Fell",
    "Perrin",
    "Olsen",
    "Ruiz",
    "Tunney",
    "Clarke",
    "Tarrant",
    "Boon",
    "Berg",
    "Marsh",
    "Winter",
    "Okafor",
    "Lowe",
    "Novak",
    "Hale",
    "Silva",
    "Quinn",
    "Becker",
    "Frost",
    "Stone",
    "Rivers",
    "Meyer",
    "Kaya",
    "Blum",
    "Holm",
    "Vance",
    "Pratt",
]
FRONT = [
    "wild",
    "green",
    "moss",
    "garden",
    "allotment",
    "urban",
    "balcony",
    "herb",
    "seed",
    "soil",
    "root",
    "bloom",
    "hedge",
    "orchard",
    "meadow",
    "compost",
    "rain",
    "frost",
    "potting",
    "fern",
    "nettle",
    "clover",
    "kitchen",
    "cottage",
    "terrace",
    "shade",
    "dry",
    "slow",
    "little",
    "north",
]
BACK = [
    "gardener",
    "ledger",
    "post",
    "journal",
    "weekly",
    "diary",
    "letter",
    "plot",
    "finder",
    "life",
    "digest",
    "notes",
    "almanac",
    "review",
    "bench",
    "path",
    "yard",
    "works",
    "shed",
    "table",
]
TITLES = (
    "Soil tests that need no laboratory",
    "What forty seed mixes did in a dry August",
    "A frost date map, and how far to trust it",
    "Balcony mixes that survived July",
    "The compost myths we tested",
    "Tools that outlived their owners",
    "Small yields, honestly counted",
    "Shade planting for north walls",
    "Water butts: one year of numbers",
    "Hedges for people without time",
    "An interview about patience",
    "Twelve growers on their worst mistake",
)
ROLES = (
    "editor",
    "features editor",
    "owner",
    "contributing editor",
    "head of content",
    "columnist",
    "podcast host",
)
ASSETS = (
    ("/seed-trial", "Forty seed mixes, one dry August", "study"),
    ("/soil", "Free soil calculator", "tool"),
    ("/frost-dates", "Frost date map", "data"),
    ("/compost-guide", "The honest compost guide", "guide"),
)
ANCHORS = (
    "soil calculator",
    "seed mix trial",
    "frost date map",
    "compost guide",
    "forty seed mixes",
    "Hazel & Loam",
)
REPLIES = (
    "Happy to include it, could you send the chart as SVG?",
    "What is your rate for a sponsored slot?",
    "Not before spring, ask me in March.",
    "Thank you, this fits our autumn issue. When could we have a draft?",
    "Two edits from me, otherwise it is ready: please shorten the intro by half.",
    "I like the data. Could you answer four questions by Thursday?",
    "We have a round-up planned for December and would add it there.",
)


def site_name(number: int) -> str:
    """A site's first label; each number another one: "mossledger", then "mossledger-2"."""
    spread = number * 217 % (len(FRONT) * len(BACK))
    name = FRONT[spread % len(FRONT)] + BACK[spread // len(FRONT) % len(BACK)]
    again = number // (len(FRONT) * len(BACK))
    return name if again == 0 else f"{name}-{again + 1}"


WRITTEN = {6: "Анна Орлова", 8: "Sofia O’Neil"}
"""How some write their names themselves: the search finds them by "орлова", and by "oneil" and "o'neil"."""


def person_name(number: int) -> str:
    """A person's name, each number another one for some thousands."""
    first, last = FIRST[number % len(FIRST)], LAST[(number * 7 + number // len(FIRST)) % len(LAST)]
    again = number // (len(FIRST) * len(LAST))
    return f"{first} {last}" if again == 0 else f"{first} {last} {again + 1}"
