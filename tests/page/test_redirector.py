import pytest

from outreach.page.redirector import carried, is_redirector, is_share, may_hide_target

TARGET = "https://acme.example/guide"


@pytest.mark.parametrize(
    "url",
    [
        "https://b.example/out?url=https%3A%2F%2Facme.example%2Fguide",
        "https://b.example/go/?u=https://acme.example/guide",
        "https://b.example/redirect?to=https%253A%252F%252Facme.example%252Fguide",
        "https://b.example/redirect?u=aHR0cHM6Ly9hY21lLmV4YW1wbGUvZ3VpZGU",
        "https://b.example/away/https://acme.example/guide",
        "https://l.social.example/l.php?u=https%3A%2F%2Facme.example%2Fguide&h=AT0",
        "https://www.search.example/url?q=https%3A%2F%2Facme.example%2Fguide&sa=D",
        "https://b.example/leave.php?id=9&target=https%3A%2F%2Facme.example%2Fguide",
    ],
)
def test_a_redirector_carries_the_address_it_leads_to(url: str) -> None:
    assert is_redirector(url)
    assert not is_share(url)
    assert TARGET in [inner.replace("http:", "https:") for inner in carried(url)]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Facme.example%2Fguide",
        "https://twitter.com/intent/tweet?url=https%3A%2F%2Facme.example%2Fguide",
        "https://www.linkedin.com/shareArticle?mini=true&url=https%3A%2F%2Facme.example%2Fguide",
        "https://pinterest.com/pin/create/button/?url=https%3A%2F%2Facme.example%2Fguide",
        "https://web.archive.org/web/2020/https://acme.example/guide",
        "https://www.reddit.com/submit?url=https%3A%2F%2Facme.example%2Fguide",
        "https://api.whatsapp.com/send?text=https%3A%2F%2Facme.example%2Fguide",
        "https://translate.example/translate?u=https://acme.example/guide",
    ],
)
def test_a_share_link_or_an_archive_is_no_redirector(url: str) -> None:
    assert is_share(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://bit.ly/3xYz", True),
        ("https://t.co/AbC", True),
        ("https://b.example/go/partner", True),
        ("https://b.example/recommends/oven", True),
        ("https://b.example/r/1", True),
        ("https://b.example/2026/post", False),
        ("https://bit.ly/", False),
        ("mailto:go@b.example", False),
        ("https://b.example/go", False),
    ],
)
def test_some_links_may_end_anywhere(url: str, expected: bool) -> None:
    assert may_hide_target(url) is expected
