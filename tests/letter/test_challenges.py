"""A filter that asks the sender to prove that he is a person is neither a person nor an absence."""

import pytest

from outreach.letter.kinds import Kind, read
from tests.letter.test_auto_reply import written

CHALLENGES = [
    ("Please confirm your message to Bo", "Your message is being held because Bo's mailbox is protected from spam. Please click the link below to have it delivered:\n\nhttps://filter.example/c/123"),
    ("Sender verification required", "Hello,\n\nI don't recognize your address. To prove that you are a human and not a robot, visit https://check.example/v?id=9 and your mail will be delivered."),
    ("Your message to bo@garden.example awaits confirmation", "This is the first time you write to me. Reply to this message to be added to my list of approved senders; until then your mail is on hold."),
    ("Bitte bestätigen Sie Ihre Nachricht", "Ihre E-Mail wurde noch nicht zugestellt. Bitte klicken Sie hier, damit der Absender als Mensch erkannt wird: https://pruefung.example/1"),
    ("Verify your email to reach Bo", "Bo uses a spam filter. Your email has been quarantined until you verify your address here: https://f.example/x"),
]  # fmt: skip

AUTOMATIC = [
    ("Please confirm your message", 'Your message is being held because the address <ana@roses.example> has not been verified. To release it, use your mailer\'s "Reply" feature.'),
    ("Re: Roses (Action Required)", "Your message was waitlisted. Please add yourself to my guest list so that your messages will be delivered. Click here to deliver your message."),
    ("Re: Roses", "To control spam I allow only senders whom I have approved. If you would like to be added to my list of approved senders, use the link below: https://mail.example/add"),
]  # fmt: skip

ABSENT = [
    ("Automatic reply: Roses", "I am out of the office until 18 May 2026. Add yourself to my list of approved senders by the link below, your message is on hold."),
    ("Request received", "Your request is pending. Reply to this mail to add a comment."),
]  # fmt: skip

PEOPLE = [
    ("Re: roses", "Could you confirm that you are the person to talk to? Then I send the contract."),
    ("Please confirm your delivery address", "We want to send you our rose book. Which address is right?"),
    (
        "Re: link",
        "The link is https://garden.example/roses. Please verify it works, our spam filter ate your last mail.",
    ),
]


@pytest.mark.parametrize(("subject", "body"), CHALLENGES, ids=range(len(CHALLENGES)))
def test_a_challenge_is_known(subject: str, body: str) -> None:
    assert read(written(subject, body)).kind is Kind.CHALLENGE


@pytest.mark.parametrize(("subject", "body"), PEOPLE, ids=range(len(PEOPLE)))
def test_a_person_who_asks_to_confirm_stays_a_person(subject: str, body: str) -> None:
    assert read(written(subject, body)).kind is Kind.HUMAN


@pytest.mark.parametrize(("subject", "body"), AUTOMATIC, ids=range(len(AUTOMATIC)))
def test_a_challenge_is_known_by_its_words_though_it_calls_itself_automatic(subject: str, body: str) -> None:
    assert read(written(subject, body, "Auto-Submitted: auto-replied")).kind is Kind.CHALLENGE


@pytest.mark.parametrize(("subject", "body"), ABSENT, ids=range(len(ABSENT)))
def test_an_automatic_answer_is_no_challenge(subject: str, body: str) -> None:
    assert read(written(subject, body, "Auto-Submitted: auto-replied")).kind is Kind.AUTO_REPLY
