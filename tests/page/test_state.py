import pytest

from outreach.page import state
from outreach.page.headers import Headers
from outreach.page.reading import read
from outreach.page.state import PageState, by_redirect, by_status

WORDS = "Good tools make every season in the garden easier, and a clean cut keeps the plant healthy. "


def _state(markup: str) -> PageState:
    return read(
        markup.encode(), Headers([("content-type", "text/html; charset=utf-8")]), "https://blog.example/"
    ).state


NOT_FOUND = [
    "Page not found", "404", "404 Not Found", "Error 404 (Not Found)!!1", "Oops! That page can’t be found.", "Sorry, this page isn't available.",
    "The page you are looking for does not exist", "This content is no longer available", "We can't find the page you're looking for",
    "Seite nicht gefunden", "Diese Seite existiert nicht mehr", "Page introuvable", "Cette page n'existe plus", "Página no encontrada",
    "La página que buscas no existe", "Pagina non trovata", "Página não encontrada", "Pagina niet gevonden", "Nie znaleziono strony",
    "Stránka nenalezena", "Sidan hittades inte", "Siden blev ikke fundet", "Siden finnes ikke", "Sivua ei löytynyt", "Az oldal nem található",
    "Pagina nu a fost găsită", "Sayfa bulunamadı", "Страница не найдена", "Сторінку не знайдено", "Η σελίδα δεν βρέθηκε", "ページが見つかりません",
    "页面不存在", "找不到頁面", "페이지를 찾을 수 없습니다", "الصفحة غير موجودة", "הדף לא נמצא", "Không tìm thấy trang", "Halaman tidak ditemukan",
]  # fmt: skip


@pytest.mark.parametrize("said", NOT_FOUND)
def test_a_page_that_says_it_is_not_there_is_a_soft_404(said: str) -> None:
    menu = "<nav>" + "<a href=/a>Menu entry</a>" * 30 + "</nav>"
    assert (
        _state(f"<title>{said} - The Blog</title>{menu}<main><h1>{said}</h1><p>Try the search.</main>")
        is PageState.SOFT_404
    )
    assert _state(f"<title>The Blog</title>{menu}<main><h1>{said}</h1></main>") is PageState.SOFT_404


@pytest.mark.parametrize(
    "title",
    ["How to fix “page not found” errors", "404 errors and what they cost", "Lost and found: our story", "The page turner of the year", "Not Found in translation", "Nothing else matters", "Die Seite der Woche", "La page blanche", "Login forms that work", "Domain names for sale: a guide"],
)  # fmt: skip
def test_an_article_about_such_things_is_an_article(title: str) -> None:
    assert (
        _state(f"<title>{title} | The Blog</title><main><h1>{title}</h1><p>{WORDS * 40}</main>")
        is PageState.OK
    )


PARKED = [
    "This domain is for sale", "Buy this domain", "The domain blog.example may be for sale by its owner!", "This web page is parked FREE, courtesy of GoDaddy",
    "Diese Domain steht zum Verkauf", "Ce nom de domaine est à vendre", "Este dominio está en venta", "Questo dominio è in vendita",
    "Este domínio está à venda", "Deze domeinnaam is te koop", "Этот домен продается", "此域名出售", "Bu alan adı satılık",
]  # fmt: skip


@pytest.mark.parametrize("said", PARKED)
def test_a_domain_for_sale_is_parked(said: str) -> None:
    assert (
        _state(f"<title>blog.example</title><h1>{said}</h1><a href=/x>Related searches</a>")
        is PageState.PARKED
    )


LOGIN = ["Log in", "Sign in", "Anmelden", "Connexion", "Iniciar sesión", "Accedi", "Entrar", "Inloggen", "Zaloguj się", "Logga in", "Вход", "ログイン", "登录", "로그인"]  # fmt: skip


@pytest.mark.parametrize("said", LOGIN)
def test_a_log_in_page_is_a_wall(said: str) -> None:
    form = "<form method=post><input name=user><input type=password name=pw><button>Go</button></form>"
    assert _state(f"<title>{said}</title>{form}") is PageState.LOGIN_WALL


def test_members_only_is_a_wall_and_a_small_form_beside_an_article_is_none() -> None:
    form = "<form><input type=email><input type=password></form>"
    assert (
        _state(f"<title>Members</title><h1>Please sign in to continue reading</h1>{form}")
        is PageState.LOGIN_WALL
    )
    assert (
        _state(f"<title>Tools</title>{form}<article><h1>Tools</h1><p>{WORDS * 30}</article>") is PageState.OK
    )


CHALLENGE = [
    "Just a moment...", "Attention Required! | Cloudflare", "Please verify you are a human", "Access Denied", "Are you a robot?", "Pardon Our Interruption",
    "Checking your browser before accessing", "Un instant…", "Einen Moment bitte", "Подтвердите, что вы человек", "请稍候", "Verifica que eres humano",
]  # fmt: skip


@pytest.mark.parametrize("said", CHALLENGE)
def test_a_wall_against_robots_is_blocked(said: str) -> None:
    assert _state(f"<title>{said}</title><h1>{said}</h1><script src=/c.js></script>") is PageState.BLOCKED


def test_an_article_with_a_captcha_in_its_comment_form_is_read() -> None:
    captcha = "<script src=https://www.google.com/recaptcha/api.js></script>"
    assert _state(f"<title>Tools</title>{captcha}<article><p>{WORDS * 5}</article>") is PageState.OK


def test_nothing_at_all_is_empty_but_a_picture_or_script_is_not() -> None:
    assert _state("<html><head></head><body></body></html>") is PageState.EMPTY
    assert _state("<img src=a.png>") is PageState.OK
    assert _state("<div id=root></div><script src=/app.js></script>") is PageState.OK


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (200, {}, b"<p>x", None),
        (404, {}, b"", PageState.NOT_FOUND),
        (410, {}, b"", PageState.GONE),
        (401, {}, b"", PageState.LOGIN_WALL),
        (403, {}, b"Forbidden", PageState.FORBIDDEN),
        (403, {"cf-mitigated": "challenge"}, b"", PageState.BLOCKED),
        (
            503,
            {},
            b"<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'>",
            PageState.BLOCKED,
        ),
        (202, {"x-amzn-waf-action": "challenge"}, b"", PageState.BLOCKED),
        (403, {}, b"<script src=https://ct.captcha-delivery.com/c.js>", PageState.BLOCKED),
        (429, {}, b"", PageState.RATE_LIMITED),
        (451, {}, b"", PageState.FORBIDDEN),
        (500, {}, b"", PageState.SERVER_ERROR),
        (599, {}, b"", PageState.SERVER_ERROR),
        (999, {}, b"", PageState.BLOCKED),
        (304, {}, b"", PageState.CONNECTION_ERROR),
        (302, {}, b"", PageState.CONNECTION_ERROR),
        (0, {}, b"", PageState.CONNECTION_ERROR),
    ],
)
def test_status_and_headers_decide_first(
    status: int, headers: dict[str, str], body: bytes, expected: PageState | None
) -> None:
    assert by_status(status, Headers.of(headers), body) is expected


@pytest.mark.parametrize(
    ("asked", "final", "expected"),
    [
        ("https://b.example/post", "https://b.example/post/", None),
        ("http://b.example/post", "https://www.b.example/post", None),
        ("https://b.example/post", "https://b.example/new-post", None),
        ("https://b.example/post", "https://b.example/", PageState.REDIRECTED_HOME),
        ("https://b.example/post", "https://b.example/index.html", PageState.REDIRECTED_HOME),
        ("https://b.example/post", "https://b.example/en/", PageState.REDIRECTED_HOME),
        ("https://b.example/?p=12", "https://b.example/post", None),
        ("https://b.example/post", "https://b.example/?p=12", None),
        ("https://b.example/", "https://b.example/en/", None),
        ("https://b.example/post", "https://casino.example/", PageState.REDIRECTED_OFFSITE),
        ("https://b.example/post", "https://news.b.example/post", None),
        ("https://b.example/post", "https://b.example/login?next=/post", PageState.LOGIN_WALL),
        ("https://b.example/post", "https://accounts.b.example/", PageState.LOGIN_WALL),
        ("https://b.example/login-tips", "https://b.example/login-tips/", None),
        ("https://b.example/post", "https://b.example/404", PageState.SOFT_404),
        ("https://b.example/post", "https://consent.b.example/x", PageState.BLOCKED),
        ("https://b.example/post", "https://b.example/captcha?u=post", PageState.BLOCKED),
    ],
)
def test_where_a_redirect_leads_says_what_became_of_the_page(
    asked: str, final: str, expected: PageState | None
) -> None:
    assert by_redirect(asked, final) is expected


def test_a_shell_that_a_script_fills_needs_a_script() -> None:
    shells = [
        "<title>App</title><div id=root></div><script src=/m.js></script>",
        "<noscript>You need to enable JavaScript to run this app.</noscript><div></div><script src=/m.js></script>",
        "<app-root></app-root><script src=/m.js></script>",
    ]
    for shell in shells:
        assert read(shell.encode(), Headers(), "https://b.example/").needs_script
    assert not read(
        f"<div id=app><p>{WORDS * 9}</div><script>x</script>".encode(), Headers(), "https://b.example/"
    ).needs_script


def test_every_state_is_ok_a_miss_or_unreadable() -> None:
    assert set(PageState) > state.MISSES
    assert not state.MISSES & {PageState.OK, PageState.BLOCKED, PageState.FORBIDDEN, PageState.LOGIN_WALL}


def test_a_page_with_plenty_to_say_is_not_walked_to_its_end() -> None:
    long = read(
        f"<title>404</title><p>{WORDS * 100}</p>{'<p>x</p>' * 100}<a href=/x>last</a>".encode(),
        Headers(),
        "https://blog.example/",
    )
    assert long.state is PageState.OK
    assert (long.gist.own_signs > 8_000, long.gist.links, long.gist.cut) == (True, 0, True)
    short = read(
        f"<title>404</title><p>{WORDS * 10}</p><a href=/x>last</a>".encode(),
        Headers(),
        "https://blog.example/",
    )
    assert (short.state, short.gist.links) == (PageState.SOFT_404, 1)
