import pytest

from outreach.page.headers import Headers
from outreach.page.reading import read
from outreach.page.region import Region

LINK = "<a href=/x>guide</a>"

PLACES = [
    (f"<nav><ul><li>{LINK}</ul></nav>", "nav"),
    (f"<header><p>{LINK}</header>", "header"),
    (f"<header><nav>{LINK}</nav></header>", "nav"),
    (f"<footer>{LINK}</footer>", "footer"),
    (f"<aside>{LINK}</aside>", "sidebar"),
    (f"<main><p>{LINK}</main>", "content"),
    (f"<article><p>{LINK}</article>", "content"),
    (f"<article><header>{LINK}</header></article>", "content"),
    (f"<main><blockquote><footer>{LINK}</footer></blockquote></main>", "content"),
    (f"<main><footer role=contentinfo>{LINK}</footer></main>", "footer"),
    (f"<div role=navigation>{LINK}</div>", "nav"),
    (f"<div role=banner>{LINK}</div>", "header"),
    (f"<div role=contentinfo>{LINK}</div>", "footer"),
    (f"<div role=complementary>{LINK}</div>", "sidebar"),
    (f"<div role=main><div role=complementary>{LINK}</div></div>", "content"),
    (f"<section id=comments><ol class=comment-list><li>{LINK}</ol></section>", "comments"),
    (f"<article><div id=disqus_thread>{LINK}</div></article>", "comments"),
    (f"<article><div class=author-bio>{LINK}</div></article>", "author_bio"),
    (f"<div class=about-the-author>{LINK}</div>", "author_bio"),
    (f"<div class=entry-content><p>{LINK}</div>", "content"),
    (f"<div itemprop=articleBody>{LINK}</div>", "content"),
    (f"<div class=StandardArticleBody_body>{LINK}</div>", "content"),
    (f"<div class=sidebar>{LINK}</div>", "sidebar"),
    (f"<div id=footer>{LINK}</div>", "footer"),
    (f"<div id=masthead>{LINK}</div>", "header"),
    (f"<ul class=breadcrumbs><li>{LINK}</ul>", "nav"),
    (f"<footer><div class=content>{LINK}</div></footer>", "footer"),
    (f"<p>{LINK}", None),
    (f"<div class=c1><p>{LINK}</div>", None),
    (f"<div class=comments-count-teaser>{LINK}</div>", None),
    (f"<body class=sidebar><p>{LINK}", None),
]


@pytest.mark.parametrize(("markup", "region"), PLACES)
def test_a_link_stands_where_the_nearest_sign_says(markup: str, region: str | None) -> None:
    page = read(markup.encode(), Headers(), "https://blog.example/")
    link = page.link(page.anchors[0])
    assert link.region == (Region(region) if region else None)
    assert bool(link.region_sign) is bool(region), "a region always has its sign"
