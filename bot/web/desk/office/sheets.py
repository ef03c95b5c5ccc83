"""Tables to take along.

In: a name, the text of a table. Out: a download. Never: a copy kept on the way.
"""

from starlette.responses import Response

BOM = "\ufeff"  # by this, spreadsheets know that a table is UTF-8


def csv_file(name: str, text: str) -> Response:
    """`name` is ours: plain letters."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)
