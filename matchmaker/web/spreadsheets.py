"""Tables as files for spreadsheets, whose cells stay text whatever was typed into them."""

import csv
import io

from flask import Response

BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value):
    """Return a value as it may stand in a spreadsheet: text never begins a formula."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(BEGINS_FORMULA) else text


def csv_file(name, header, rows):
    """Return a response with a table as CSV, in the encoding that spreadsheets guess rightly."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow([cell(value) for value in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return Response(
        "\ufeff" + lines.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
