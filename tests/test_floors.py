"""The tower: a package imports only packages below it, and foreign keys point the same way."""

from __future__ import annotations

import ast
from pathlib import Path

import sqlalchemy as sa

import outreach
from outreach.app import load_models
from outreach.db import Base

HOUSE = Path(outreach.__file__).parent

FLOORS: tuple[tuple[str, ...], ...] = (
    ("cli", "server", "app", "schedule"),
    ("desk", "reports"),
    ("care",),
    ("siteaudit", "backlinks", "research", "links", "reading", "sequences", "sending", "mail", "reminders", "pitches",
     "prospects", "consent", "projects", "accounts", "diary"),
    ("web", "engines", "page", "letter", "schema", "search", "inserting", "db", "settings", "kit"),
)  # fmt: skip
"""From the roof down; within a floor the left may import the right."""

ORDER = {name: place for place, name in enumerate(name for floor in FLOORS for name in floor)}

LOWER_DOORS = {"actions", "forms", "views", "api", "jobs", "cli"}
"""What a room keeps for itself: it lends rules, models, queries and moves upward only."""

ONE_IMPORTER = {"pycurl": "outreach/engines/fetch/client.py", "turbohtml": "outreach/page/tree.py"}
"""Libraries that one file alone imports, so that they can be exchanged."""

PURE = {
    "care/import_columns.py", "care/import_names.py", "care/import_rules.py", "pitches/arrows.py", "pitches/due_words.py", "pitches/next_days.py", "sending/gate.py", "sending/looks.py",
}  # fmt: skip
"""Files that hold rules under a name of their own; `rules.py` of each room is meant anyway."""


def imports(file: Path, source: str) -> list[tuple[str, list[str]]]:
    """(module, names) of every import in the file; what only the type checker reads is no import."""
    found: list[tuple[str, list[str]]] = []
    tree = ast.parse(source)
    for_types = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    skipped = {id(inner) for block in for_types for inner in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, []) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, [alias.name for alias in node.names]))
    return found


def package_of(file: Path) -> str:
    return file.relative_to(HOUSE).parts[0].removesuffix(".py")


def wrong_imports(file: Path, source: str) -> list[str]:
    """The imports of a file that do not go down."""
    own = package_of(file)
    wrong = []
    for module, names in imports(file, source):
        if module == "outreach":
            targets = [name for name in names if name in ORDER]
        elif module.startswith("outreach."):
            targets = [module.split(".")[1]]
        else:
            continue
        wrong += [
            f"{own} imports {target}"
            for target in targets
            if target != own and ORDER.get(target, -1) < ORDER[own]
        ]
    return wrong


def borrowed_doors(file: Path, source: str) -> list[str]:
    """Imports of another room's actions, forms or doors; the roof alone may do that."""
    own = package_of(file)
    if own in FLOORS[0]:
        return []
    wrong = []
    for module, names in imports(file, source):
        parts = module.split(".")
        if (
            parts[0] != "outreach"
            or len(parts) < 2
            or parts[1] not in {name for floor in FLOORS[1:4] for name in floor}
            or parts[1] == own
        ):
            continue
        wrong += [
            f"{own} borrows {parts[1]}.{name}"
            for name in [*parts[2:3], *(names if len(parts) == 2 else [])]
            if name in LOWER_DOORS
        ]
    return wrong


def wrong_keys(metadata: sa.MetaData, room_of: dict[str, str]) -> list[str]:
    """Foreign keys that point up."""
    return [
        f"{table.name}.{key.parent.name} points up to {key.column.table.name}"
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if ORDER[room_of[key.column.table.name]] < ORDER[room_of[table.name]]
    ]


def rooms_of_tables() -> dict[str, str]:
    load_models()
    return {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers
    }  # type: ignore[attr-defined]


def sources() -> list[tuple[Path, str]]:
    return [
        (file, file.read_text())
        for file in sorted(HOUSE.rglob("*.py"))
        if file.name != "__init__.py" or file.parent != HOUSE
    ]


def test_every_package_stands_on_a_floor() -> None:
    assert {package_of(file) for file, _ in sources()} <= set(ORDER)


def test_imports_go_down_only() -> None:
    assert [line for file, source in sources() for line in wrong_imports(file, source)] == []


def test_a_planted_import_upward_is_found() -> None:
    planted = HOUSE / "prospects" / "queries.py"
    assert wrong_imports(planted, "from outreach.pitches.models import Pitch") == [
        "prospects imports pitches"
    ]
    assert wrong_imports(planted, "def late():\n    from outreach import desk") == ["prospects imports desk"]
    assert (
        wrong_imports(planted, "from outreach.projects.models import Project\nimport outreach.kit.urls") == []
    )


def test_a_room_lends_no_actions_forms_or_doors() -> None:
    assert [line for file, source in sources() for line in borrowed_doors(file, source)] == []


def test_a_planted_borrowed_action_is_found() -> None:
    planted = HOUSE / "links" / "views.py"
    assert borrowed_doors(planted, "from outreach.pitches import actions") == [
        "links borrows pitches.actions"
    ]
    assert borrowed_doors(planted, "from outreach.pitches.actions import move") == [
        "links borrows pitches.actions"
    ]
    assert borrowed_doors(planted, "from outreach.pitches import moves") == []


def test_foreign_keys_point_down_as_imports_do() -> None:
    assert wrong_keys(Base.metadata, rooms_of_tables()) == []


def test_a_planted_key_upward_is_found() -> None:
    metadata = sa.MetaData()
    sa.Table("pitches", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("sites", metadata, sa.Column("pitch_id", sa.ForeignKey("pitches.id")))
    assert wrong_keys(metadata, {"pitches": "pitches", "sites": "prospects"}) == [
        "sites.pitch_id points up to pitches"
    ]


def test_rules_are_pure() -> None:
    """No database, clock, Flask or network in a room's rules."""
    forbidden = (
        "flask",
        "sqlalchemy",
        "outreach.db",
        "outreach.kit.clock",
        "outreach.engines",
        "outreach.web",
        "socket",
    )
    wrong = [
        f"{file.relative_to(HOUSE)} imports {module}"
        for file, source in sources()
        if file.name == "rules.py"
        or str(file.relative_to(HOUSE)) in PURE
        or package_of(file) in ("kit", "page", "letter")
        for module, _ in imports(file, source)
        if (module.startswith(forbidden) and package_of(file) != "kit")
        or module.startswith(("flask", "sqlalchemy"))
    ]
    assert all((HOUSE / file).exists() for file in PURE)
    assert wrong == []


def test_a_library_to_exchange_is_imported_by_one_file() -> None:
    users = {
        library: {
            str(file.relative_to(HOUSE.parent))
            for file, source in sources()
            if any(module.split(".")[0] == library for module, _ in imports(file, source))
        }
        for library in ONE_IMPORTER
    }
    assert users == {library: {file} for library, file in ONE_IMPORTER.items()}


def test_moves_never_commit() -> None:
    wrong = [
        str(file.relative_to(HOUSE))
        for file, source in sources()
        if file.name.endswith("moves.py") and (".commit(" in source or "write()" in source)
    ]
    assert wrong == []
