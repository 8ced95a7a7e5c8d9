"""What an answer sounds like is suggested with the words it rests on, and a plain question suggests nothing."""

from datetime import date

import pytest

from outreach.letter.intent import Intent, suggestion
from outreach.letter.return_day import days_named
from tests.effort import A_SECOND, turns

SAID = [
    ("Happy to include it, could you send the chart as SVG?", Intent.YES, "happy to include it"),
    ("Yes, gladly. Which of the two pages do you mean?", Intent.YES, "yes"),
    ("What is your budget? We charge 200 € for a sponsored slot.", Intent.PRICE, "what is your budget"),
    ("Thanks, but we are not interested.", Intent.NO, "not interested"),
    ("Nice idea, but not before spring, ask me again in March please.", Intent.NOT_NOW, "not before spring"),
    ("I am not the right person for this, please write to Joan Fell <joan@wild.example>.", Intent.WRONG_PERSON, "am not the right person for this"),
    ("Gern, das passt gut. Schicken Sie mir den Link?", Intent.YES, "gern"),
    ("Leider haben wir kein Interesse.", Intent.NO, "kein interesse"),
    ("Dafür bin ich nicht mehr zuständig, schreiben Sie an Jan Holt, jan@wild.example.", Intent.WRONG_PERSON, "nicht mehr zuständig"),
    ("Bonne idée, avec plaisir.", Intent.YES, "bonne idée"),
    ("Quels sont vos tarifs ? Nos tarifs : 100 euros.", Intent.PRICE, "nos tarifs"),
    ("No gracias, no aceptamos artículos.", Intent.NO, "no gracias"),
    ("Per ora no, forse più avanti.", Intent.NOT_NOW, "per ora no"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "words"), SAID, ids=[one[0][:30] for one in SAID])
def test_what_an_answer_sounds_like(text: str, intent: Intent, words: str) -> None:
    found = suggestion(text)
    assert found is not None
    assert found.intent is intent
    assert found.words.startswith(words)


@pytest.mark.parametrize(
    "text", ["", "Who are you?", "Which page do you mean, and when was it written?", "Bo Berg\nGarden Ltd"]
)
def test_where_nothing_known_is_said_nothing_is_suggested(text: str) -> None:
    assert suggestion(text) is None


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Wrong person, write to Joan Fell <joan@wild.example>.", "Joan Fell", "joan@wild.example"),
        ("I no longer handle this. Please contact Jan Holt (jan.holt@wild.example)", "Jan Holt", "jan.holt@wild.example"),
        ("Not the right contact: please write to features@wild.example.", "", "features@wild.example"),
        ("I am not the right person.\n\nBo\nbo@wild.example", "", ""),
    ],
)  # fmt: skip
def test_whom_they_refer_us_to(text: str, name: str, address: str) -> None:
    found = suggestion(text, sender="bo@wild.example")
    assert found is not None
    assert (found.name, found.address) == (name, address)


def test_the_days_that_a_text_names() -> None:
    sent = date(2026, 5, 4)
    assert days_named("It will be live on 12 May, or 14.05.2026 at the latest.", sent) == [
        date(2026, 5, 12),
        date(2026, 5, 14),
    ]
    assert days_named("You wrote on 2 May.", sent) == []


@pytest.mark.parametrize("text", ["please contact " * 20_000, "A" * 400_000, "a@" * 100_000, "not " * 50_000])
def test_long_texts_are_judged_in_under_a_second(text: str) -> None:
    assert turns(lambda: suggestion(text)) < A_SECOND
