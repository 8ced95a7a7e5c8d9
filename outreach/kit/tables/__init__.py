"""Tables that people bring and take: reading any of them, writing safe ones.  No database, no network.

    table = tables.read(file)                 a binary file: CSV, TSV, XLSX, or a ZIP of one of them
    tables.places(file)                       where the tables of a ZIP or workbook are, for read(file, entry=, sheet=)
    table = tables.pasted(text)               the same from a text field
    for row in table.rows(): ...              Row(number, cells, problem); again as often as one likes
    for part in tables.csv_parts(rows): ...   a CSV as text, in parts; formulas made harmless
    tables.write_xlsx(file, rows)             a sheet; texts are typed as texts

Which column is which is the caller's: no row is taken for a header here.  A row that cannot be read has
a `problem` in words and is told apart from the rest; a table that cannot be read raises BadTable, whose
`str()` is a sentence for the person who brought it.  Both may come late in a long file, so that whoever
takes all or nothing walks through `rows()` once before.  Rows without any text are passed over; their
numbers are counted, so that a number is the one that a spreadsheet shows.
"""

from outreach.kit.tables.caps import CAPS, BadTable, Caps, Row, SeveralTables, Table
from outreach.kit.tables.reading import pasted, places, read
from outreach.kit.tables.safety import safe, unsafe
from outreach.kit.tables.writing import Cell, csv_parts, write_xlsx

__all__ = [
    "CAPS", "BadTable", "Caps", "Cell", "Row", "SeveralTables", "Table",
    "csv_parts", "pasted", "places", "read", "safe", "unsafe", "write_xlsx",
]  # fmt: skip
