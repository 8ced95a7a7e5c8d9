"""What a signature says no to is not there."""

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.kit.folding import searched
from outreach.kit.signatures import ALL, LONGEST, NUMBERS, kept, mask, signature


@settings(max_examples=80)
@given(st.text(max_size=60), st.text(max_size=12), st.text(max_size=60))
def test_a_text_has_the_bits_of_each_part_of_it(before: str, part: str, after: str) -> None:
    text = before + part + after
    assert all(have & want == want for have, want in zip(signature(text), mask([part, before]), strict=True))


def test_a_text_without_a_word_seldom_looks_as_if_it_held_it() -> None:
    texts = [signature(f"seed{number}hazel.example the loam journal") for number in range(200)]
    looks = [
        all(have & want == want for have, want in zip(one, mask(["fernoak"]), strict=True)) for one in texts
    ]
    assert sum(looks) < 4


def test_a_long_text_has_every_bit_and_a_short_term_none() -> None:
    assert signature("a" * (LONGEST + 1)) == (ALL,) * NUMBERS
    assert mask(["f"]) == (0,) * NUMBERS
    assert [kept("Fern & Öak", number) for number in range(NUMBERS)] == list(
        signature(searched("Fern & Öak"))
    )
