"""Addresses as people write them, one by one."""

import pytest

from outreach.page.contacts import Kind, find
from outreach.page.contacts.scripts import written
from outreach.page.headers import Headers

HTML = Headers([("content-type", "text/html; charset=utf-8")])


def on(html: str, url: str = "https://fern.example/contact") -> list[str]:
    return [one.value for one in find(html.encode(), HTML, url).contacts if one.kind is Kind.EMAIL]


@pytest.mark.parametrize(
    "text",
    [
        "ana@fern.example", "ana@fern.example.", "(ana@fern.example)", "&lt;ana&#64;fern.example&gt;", "Mail:ana@fern.example,", "ana @ fern.example",
        "ana [at] fern [dot] example", "ana(at)fern.example", "ana {at} fern {dot} example", "ana <at> fern.example".replace("<", "&lt;"), "ana AT fern DOT example",
        "ana at fern dot example", "ana(a)fern.example", "ana[ät]fern.example", "ana@fern[dot]example", "ana@fern (punkt) example", "ana＠fern.example",
        "ana [@] fern.example", "ana*at*fern*dot*example", "ana [arroba] fern [punto] example", "ana.REMOVE-THIS@fern.example", "ana@fern.exampleまで",
        "Ana: ana@fern.example;", "ana<!-- x -->@fern.example", "ana&#8203;@fern.example", "E-Mail: ana at fern.example", "ana@fern.example/", "ana@fern.example?",
        "E-mailová adresa:ana@fern.example", "Ana at ana @ fern.example", "Ana on ana at fern dot example", "us: ana at fern dot example", "ana (равлик) fern (крапка) example",
        "ana (coadă de maimuță) fern.example", "ana＠マークfern.example", "ana שטרודל fern נקודה example", "ana (at işareti) fern (nokta) example", "ana[@t]fern[dot]example",
    ],
)  # fmt: skip
def test_it_is_read_as_people_read_it(text):
    assert on(f"<p>Write to {text} today</p>") == ["ana@fern.example"]


@pytest.mark.parametrize(
    "text",
    [
        "look at fern.example", "MEET US AT FERN.EXAMPLE", "find me at fern dot example", "logo@2x.png", "you@company.com", "name@example.com", "Editor @ fern.example",
        "@ana@fern.example", "git@fern.example:ana/site.git", "https://ana:x@fern.example/", "npm i left-pad@1.3.0", "e.g. bo@fern.example", "stay-at-home.example",
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9@fern.example", "ana@localhost", "ana@fern", "a@b@c.example", "Jabber: ana@fern.example", "no-reply@fern.example",
        "Call me at noon dot com is great", "Ask at info dot com", "Meet Bob at noon dot com", "her shop at corner dot shop", "user:pw@fern.example",
        "max:geheim@fern.example", "Log in as root:x@fern.example", "作者@fern.example", "Email Bob at noon dot com", "admin:geheim@fern.example",
        "vorname.nachname@fern.example", "ana@fern.png", "5 @ 3.20", "Message-ID: <x1@fern.example>",
        "us *at* fern.example", "me -at- fern.example", "look (at) fern.example", "apenas (um) exemplo.example", "Dupont (et) fils.example", "a great party @ club.example",
        "Engineer (at) acme.example", "#fern@home.example", "v1.2@latest.example", "email@domain.example", "old@fern.example is no longer in use", "do not reply to bo@fern.example",
        "unsubscribe-1@lists.fern.example", "bounce+1=bo.reed@lists.fern.example", "jid: bo@fern.example", "RCPT TO:<bo@fern.example>", "rsync bo@fern.example::mod", "team lead @ acme.example",
    ],
)  # fmt: skip
def test_it_is_no_address(text):
    assert on(f"<p>Words {text.replace('<', '&lt;')} words</p>") == []


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("<p>Пишите: ред@сад.рф.</p>", "ред@xn--80ai1b.xn--p1ai"), ("<p>почта:ред@сад.рф</p>", "ред@xn--80ai1b.xn--p1ai"),
        ("<p>an jürgen@müller.example oder</p>", "jürgen@xn--mller-kva.example"), ("<a href='mailto:jürgen@müller.example'>x</a>", "jürgen@xn--mller-kva.example"),
        ("<a href='mailto:%D1%80%D0%B5%D0%B4@%D1%81%D0%B0%D0%B4.%D1%80%D1%84'>x</a>", "ред@xn--80ai1b.xn--p1ai"),
        ("<a href='mailto:安@花.example'>x</a>", "安@xn--jh1a.example"), ("<p>Почтаana@fern.example</p>", ""), ("<p>メールana@fern.example</p>", "ana@fern.example"),
        ("<p>kim@fernNOSPAM.example</p>", "kim@fern.example"), ("<p>Editor:ana@fern.example</p>", "ana@fern.example"), ("<p>press:ana@fern.example</p>", "ana@fern.example"),
        ("<p>My address is ana at fern dot example, and I like letters</p>", "ana@fern.example"), ("<p>Ask at info dot com</p>", ""), ("<p>(ana at fern dot example)</p>", "ana@fern.example"),
        ("<p>Write me at ana at fern dot example</p>", "ana@fern.example"),
        ("<p>Or ana.birch at fern dot example if you like</p>", "ana.birch@fern.example"), ("<p>We met ana at fern dot example</p>", ""),
    ],
)  # fmt: skip
def test_it_is_read_where_it_stands(text, reads):
    assert on(text) == reads.split()


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("Kate Bush, features editor, Mark Hill mark@fern.example", ("Mark Hill", "")),
        ("Features editor: Kate Bush. Mark Hill mark@fern.example", ("Mark Hill", "")),
        ("Kate Bush (features editor) and Mark Hill, mark@fern.example", ("Mark Hill", "")),
        ("Features editor Kate Bush. Mark Hill: mark@fern.example", ("Mark Hill", "")),
        ("Kate Bush. Features editor: Mark Hill, mark@fern.example", ("Mark Hill", "Features editor")),
        ("Mark Hill, features editor, mark@fern.example", ("Mark Hill", "features editor")),
        ("Pierre Durand, . Directeur, pierre@fern.example", ("Pierre Durand", "Directeur")),
        ("Kate Bush, features editor. Write to mark@fern.example", ("", "")),
        ("Our features editor is Kate Bush. Write to mark@fern.example", ("", "")),
        (
            "Fern SA. Directeur de la publication : Jean Petit, jean@fern.example",
            ("Jean Petit", "Directeur de la publication"),
        ),
        ("編集長 山田太郎 yamada@fern.example", ("", "編集長")),
        ("편집장 김민수 kim@fern.example", ("", "편집장")),
        ("主编：王伟 邮箱：wang@fern.example", ("王伟", "主编")),
        ("編輯：陳美玲</p><p>電郵：meiling@fern.example", ("陳美玲", "編輯")),
        ("联系人：王伟，合作：wang@fern.example", ("王伟", "")),
        ("编辑：投稿邮箱 kim@fern.example", ("", "编辑")),
        ("رئيسة التحرير: ليلى حداد</p><p>laila@fern.example", ("ليلى حداد", "رئيسة التحرير")),
        ("რედაქტორი: ნინო ბერიძე, nino@fern.example", ("ნინო ბერიძე", "რედაქტორი")),
        ("Խմբագիր՝ Անի Սարգսյան, ani@fern.example", ("Անի Սարգսյան", "Խմբագիր")),
        ("박지훈 팀장 (jihoon@fern.example)", ("박지훈", "팀장")),
        ("Peatoimetaja Kadri Tamm, kadri@fern.example", ("Kadri Tamm", "Peatoimetaja")),
        ("Bc. Jana Malá, redaktorka, mala@fern.example", ("Jana Malá", "redaktorka")),
        ("I’m Sven Alm. Mail: sven@fern.example", ("Sven Alm", "")),
        ("Email the author</p><p>Ana Fern ana@fern.example", ("Ana Fern", "")),
        ("<pre>\n Bo B. de Jong\n Fernhosters\n\n Email: bjong@fern.example\n", ("Bo B. de Jong", "")),
        (
            "<a href=mailto:kim@fern.example><h4>Kim Sole</h4><p>Audience editor</p></a>",
            ("Kim Sole", "Audience editor"),
        ),
        ("MX host.fern.example: dmarc.fern@fern.example", ("", "")),
        ("Author of “Silent Spring”. Queries: x.queries@fern.example", ("", "")),
        ("บรรณาธิการ: สมชาย ใจดี อีเมล somchai@fern.example", ("สมชาย ใจดี", "บรรณาธิการ")),
        ("편집장 이메일 : jebo@fern.example", ("", "편집장")),
        ("Phil Stone: phil@fern.example", ("Phil Stone", "")),
        ("<b>ANA STONE</b><br>EDITOR IN CHIEF<br>ana@fern.example", ("ANA STONE", "EDITOR IN CHIEF")),
        ("<a href=mailto:ned@fern.example title='E-mail to Ned Hart'><i></i></a>", ("Ned Hart", "")),
        ("Hoofdredacteur Jan de Boer, jan@fern.example", ("Jan de Boer", "Hoofdredacteur")),
        ("Redactora de Moda y Belleza: moda@fern.example", ("", "Redactora de Moda y Belleza")),
        ("По вопросам рекламы пишите нашему редактору anna@fern.example", ("", "")),
        ("Анна Петрова, главный редактор: anna@fern.example", ("Анна Петрова", "главный редактор")),
        ("Editor Hugo Lindt: hugo@fern.example", ("Hugo Lindt", "Editor")),
        ("Editor Ana Reed and writer Bo Lind: bo@fern.example", ("Bo Lind", "writer")),
        ("By Ana Stone, who met editor Bo Lind. bo@fern.example", ("Bo Lind", "")),
        ("Founder's Day. Hugo Lindt: hugo@fern.example", ("Hugo Lindt", "")),
        ("Адрес: Москва Тверская</p><p>moskva@fern.example", ("", "")),
        ("Our editor Hugo Lindt: hugo@fern.example", ("Hugo Lindt", "editor")),
        ("Редактор Пётр Щукин — shchukin@fern.example", ("Пётр Щукин", "Редактор")),
        (
            "Главный редактор: Наталья Воробьёва</p><p>vorobyova@fern.example",
            ("Наталья Воробьёва", "Главный редактор"),
        ),
        ("Αρχισυντάκτρια: Ελένη Παππά</p><p>eleni@fern.example", ("Ελένη Παππά", "Αρχισυντάκτρια")),
        (
            "Biên tập: Nguyễn Thị Minh Khai</p><p>khai.nguyen@fern.example",
            ("Nguyễn Thị Minh Khai", "Biên tập"),
        ),
        (
            "Ida Stone</p><p>Food writer</p><p>Bo Berg</p><p>Critic</p><hr><p>ida@fern.example",
            ("Ida Stone", "Food writer"),
        ),
        (
            "<span class=vcard><b class=fn>Cleo Ash</b> <i class=title>Commissioning Editor</i> <a class=email>c.ash@fern.example</a></span>",
            ("Cleo Ash", "Commissioning Editor"),
        ),
    ],
)
def test_a_role_belongs_to_the_nearest_name_and_is_no_sentence(text, reads):
    (one,) = find(f"<p>{text}</p>".encode(), HTML, "https://fern.example/contact").contacts
    assert (one.name, one.role) == reads


def test_a_script_is_read_only_where_it_is_plain():
    assert written("var a='ana';var b=a+'@'+'fern.example';document.write(b)") == ["ana@fern.example"]
    assert written("document.write('elpmaxe.nref@ana'.split('').reverse().join(''))") == ["ana@fern.example"]
    assert written("document.write(name() + '@fern.example')") == []
    assert written("var settings = {mail: 'ana@fern.example'}") == []
    assert written("el.setAttribute('placeholder', 'ana@fern.example')") == []


def test_no_page_takes_long_or_breaks_the_reading():
    hostile = [
        "@" * 50_000,
        "a@" * 30_000,
        "(at)" * 20_000,
        " dot " * 20_000,
        "<span>" * 3_000 + "ana@fern.example",
        "a.b-" * 20_000 + "@",
        "ab" * 10_000 + " B" + "c" * 20_000 + " <i>ana@fern.example</i>",
        "[" * 60_000,
        "x at " * 20_000,
        "<style>body{font:16px" * 4_000,
        "<bdo dir=rtl>x" * 3_000,
        "<i class=vcard><b class=fn>" * 300,
        "-----BEGIN PGP MESSAGE-----" * 5_000,
        "Ana Fern, editor, bo@fern.example; " * 4_000,
    ]
    for text in hostile:
        assert len(on(f"<p>{text}</p>")) <= 1
