"""A line of the diary reads as a sentence."""

from outreach.diary.rules import SENTENCES, rooms, tell


def test_a_move_names_who_and_both_stages() -> None:
    told = tell("pitch.stage", {"before": "ready", "after": "contacted"}, who="Ana Hazel")
    assert told.text == "Ana Hazel moved it from ready to contacted"


def test_codes_are_said_with_spaces() -> None:
    assert tell("pitch.started", {"type": "guest_post"}, who="Ana").text == "Ana started a pitch: guest post"


def test_what_nobody_did_was_done_by_the_product() -> None:
    assert tell("pitch.stage", {"before": "ready", "after": "talking"}).text.startswith("Outreach moved")


def test_lists_are_joined_by_commas() -> None:
    told = tell("project.changed", {"fields": ["name", "brand_terms"]}, who="Max")
    assert told.text == "Max changed the project: name, brand terms"


def test_an_unknown_kind_is_told_by_its_name() -> None:
    assert tell("night.long_sweep", {}).text == "Outreach: night, long sweep"


def test_a_missing_word_is_a_dash() -> None:
    assert tell("pitch.started", {}, who="Ana").text == "Ana started a pitch: –"


def test_data_cannot_reach_into_python() -> None:
    told = tell("pitch.started", {"type": "{who.__class__}"}, who="{0}")
    assert told.text == "{0} started a pitch: {who.  class  }"


def test_every_kind_names_its_room() -> None:
    assert all(kind.count(".") == 1 for kind in SENTENCES)
    assert "pitch" in rooms()
