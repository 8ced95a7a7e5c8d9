import pytest

from outreach.page.nesting import MOST, flat


@pytest.mark.parametrize(
    ("nested", "plain"),
    [
        (".a{x:1;.b{y:2}z:3}", ".a{x:1;}.a .b{y:2;}.a{z:3;}"),
        (".a{&.b{y:2}}", ".a.b{y:2;}"),
        (".a,.b{> i{y:2}}", ":is(.a,.b) > i{y:2;}"),
        (".a{.b,.c &{y:2}}", ".a .b,.c .a{y:2;}"),
        (".a{.b{.c{y:2}}}", ".a .b .c{y:2;}"),
        (".a{@media print{y:2}}", "@media print{.a{y:2;}}"),
        ("@media print{.a{.b{y:2}}}.c{z:3}", "@media print{.a .b{y:2;}}.c{z:3;}"),
        ('.a{c:"{";.b{y:2}}', '.a{c:"{";}.a .b{y:2;}'),
        ("@layer a,b;.a{.b{y:2}", "@layer a,b;.a .b{y:2;}"),
        ("@font-face{x:1}@keyframes k{from{x:1}}.a{.b{y:2}}", ".a .b{y:2;}"),
    ],
)
def test_rules_in_rules_are_taken_apart(nested: str, plain: str) -> None:
    assert flat(nested) == plain


@pytest.mark.parametrize(
    "sheet", [".a{x:1}.b{y:2}", "@media print{.a{x:1}.b{y:2}}", "@keyframes k{from{x:1}to{x:2}}", "", "}{"]
)
def test_a_sheet_without_them_stays_as_it_is(sheet: str) -> None:
    assert flat(sheet) == sheet


@pytest.mark.parametrize(
    "sheet", [".a{" * 50_000, ".a{x:1;.b{y:2}" * 20_000, ".a,.b{" * 2_000 + "x:1" + "}" * 2_000]
)
def test_a_hostile_sheet_does_not_grow_without_end(sheet: str) -> None:
    assert len(flat(sheet)) < MOST
