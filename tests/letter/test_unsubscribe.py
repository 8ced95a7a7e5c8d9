"""Stop words count when they stand alone, in ten languages; inside a sentence they only suggest."""

import pytest

from outreach.letter.kinds import Kind, read
from outreach.letter.unsubscribe import is_stop, suggests_unsubscribe
from tests.letter.test_auto_reply import written

ALONE = [
    "unsubscribe", "STOP", "Please remove me.", "remove me from your list", "Opt out", "no more emails please", "Take me off your list",
    "Abmelden", "Bitte entfernen!", "keine weiteren E-Mails", "Bitte nicht mehr anschreiben",
    "Désabonner", "Me désinscrire, merci", "Désinscription svp", "Ne me contactez plus",
    "Baja", "Darme de baja por favor", "Cancelar suscripción", "No más correos, gracias",
    "Cancellami", "Per favore rimuovetemi", "Disiscrivimi", "Non scrivetemi più",
    "Descadastrar", "Remover por favor", "Cancelar inscrição", "Não quero mais", "Quero me descadastrar",
    "Afmelden", "Uitschrijven aub", "Geen mails meer graag", "Schrijf me uit",
    "Wypisz mnie", "Proszę o usunięcie z listy", "Rezygnuję",
    "Avregistrera mig tack", "Ta bort mig från listan", "Inga fler mejl",
    "配信停止", "退会希望", "配信停止を希望します",
]  # fmt: skip

NOT_ALONE = [
    "Stop by our office", "Please remove the second link", "How do I unsubscribe from the other newsletter?", "We had to stop the series in May",
    "No more questions, thanks", "Remove the hyphen please", "No", "No thanks", "Yes", "Baja California is nice", "Pare is my name, hello", "Stop, I found it!",
]  # fmt: skip


@pytest.mark.parametrize("words", ALONE)
def test_stop_words_alone_are_a_stop(words: str) -> None:
    assert read(written("Re: roses", f"{words}\n\nBo\n\n> our letter")).kind is Kind.UNSUBSCRIBE


@pytest.mark.parametrize("words", ALONE)
def test_stop_words_as_the_whole_subject_are_a_stop(words: str) -> None:
    assert read(written(words, "Sent from my phone")).kind is Kind.UNSUBSCRIBE


@pytest.mark.parametrize("words", NOT_ALONE)
def test_other_words_are_a_persons(words: str) -> None:
    assert read(written("Re: roses", words)).kind is Kind.HUMAN


def test_a_greeting_before_the_words_changes_nothing() -> None:
    assert read(written("Re: roses", "Hi Ana,\n\nplease remove me.\n\nBo")).kind is Kind.UNSUBSCRIBE


def test_words_that_only_we_wrote_do_not_count() -> None:
    assert read(written("Re: unsubscribe", "Is this how it works?\n\n> unsubscribe")).kind is Kind.HUMAN
    assert read(written("Re: roses", "> unsubscribe\n\nGladly, send it.")).kind is Kind.HUMAN


def test_they_count_only_in_an_answer_to_us() -> None:
    assert read(written("Re: roses", "unsubscribe"), is_answer_to_us=False).kind is Kind.HUMAN


def test_our_own_mailto_line_is_a_stop() -> None:
    assert read(written("unsubscribe 4f9a0c77d2e14b1c9f55", "")).kind is Kind.UNSUBSCRIBE


def test_inside_a_sentence_they_are_a_suggestion() -> None:
    sentence = "I get too much mail, so please remove me from whatever this is."
    assert suggests_unsubscribe(sentence)
    assert not is_stop(sentence)
    assert not suggests_unsubscribe("Gladly, send it.")
