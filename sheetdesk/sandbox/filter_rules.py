"""What makes Google refuse a data filter, in its order and words, before anything is chosen by one."""

from __future__ import annotations

from sheetdesk.sandbox import a1
from sheetdesk.sandbox.api import ApiError, invalid
from sheetdesk.sandbox.book import Json, Spreadsheet, Tab
from sheetdesk.sandbox.ranges import resolve

__all__ = ["check", "check_values_read"]


def check_values_read(book: Spreadsheet, body: Json) -> None:
    """Refuse a `values:batchGetByDataFilter` that Google refuses. Raises ApiError."""
    if isinstance(body.get("valueRenderOption"), int):
        raise invalid("Invalid valueRenderOption: UNRECOGNIZED")
    filters = body.get("dataFilters") or []
    if not filters:
        raise invalid("Must specify at least one dataFilter.")
    check(book, filters, names_the_filter=True)
    if isinstance(body.get("majorDimension"), int):
        raise internal()


def check(book: Spreadsheet, filters: list[Json], *, names_the_filter: bool) -> None:
    """Refuse the first filter that Google refuses. Raises ApiError.

    Calls that read or write values put the filter's number before the words; the others do not, and speak
    of sheets where those speak of grids.
    """
    for place, data_filter in enumerate(filters):
        try:
            check_one(book, data_filter, "grid" if names_the_filter else "sheet")
        except ApiError as error:
            if error.code == 400 and names_the_filter:
                raise invalid(f"Invalid dataFilter[{place}]: {error.message}") from error
            raise


def internal() -> ApiError:
    """500: a number that an enum does not declare has got past the front end."""
    return ApiError(500, "INTERNAL", "Internal error encountered.")


def check_one(book: Spreadsheet, data_filter: Json, noun: str) -> None:
    if data_filter.get("a1Range") is not None:
        resolve(book, data_filter["a1Range"])
    elif data_filter.get("gridRange") is not None:
        check_grid_range(book, data_filter["gridRange"], noun)
    elif data_filter.get("developerMetadataLookup") is not None:
        check_lookup(book, data_filter["developerMetadataLookup"])
    else:
        raise invalid("dataFilter.filter must be specified.")


def check_grid_range(book: Spreadsheet, written: Json, noun: str) -> None:
    tab = tab_of(book, written, noun)
    if any(part < 0 for name, part in written.items() if name != "sheetId"):
        raise invalid("GridRange indexes must be >= 0")
    for axis in ("Row", "Column"):
        start, end = written.get(f"start{axis}Index"), written.get(f"end{axis}Index")
        if start is not None and end is not None and end < start:
            raise invalid(f"end{axis}Index[{end}] cannot be before start{axis}Index[{start}]")
    is_below = written.get("startRowIndex", 0) >= tab.row_count
    if is_below or written.get("startColumnIndex", 0) >= tab.column_count:
        raise invalid(
            f"Range ({named(tab, written)}) exceeds grid limits. "
            f"Max rows: {tab.row_count}, max columns: {tab.column_count}"
        )


def check_lookup(book: Spreadsheet, lookup: Json) -> None:
    kind, strategy = (
        lookup.get("locationType", UNSPECIFIED),
        lookup.get("locationMatchingStrategy", UNSPECIFIED),
    )
    where = lookup.get("metadataLocation", {})
    member = next((name for name in ("spreadsheet", "sheetId", "dimensionRange") if name in where), "")
    if kind == "SPREADSHEET" and member and not where.get("spreadsheet"):
        raise invalid(f"Cannot limit by location type of SPREADSHEET for the location {member}")
    if strategy == "EXACT_LOCATION" and not is_unspecified(kind):
        raise invalid(
            "The locationMatchingStrategy was specified as EXACT_LOCATION, but a locationType was also "
            "specified: lookups cannot limit by a location type when matching an exact location."
        )
    if not is_unspecified(strategy) and not member:
        raise invalid(
            "A locationMatchingStrategy was specified, but no metadataLocation was specified: lookups must "
            "always specify a metadataLocation when specifying a locationMatchingStrategy."
        )
    if strategy == "INTERSECTING_LOCATION" and where.get("spreadsheet"):
        raise invalid(
            "DeveloperMetadataLookup.spreadsheet is true, but locationMatchingStrategy was specified as "
            "INTERSECTING."
        )
    if isinstance(kind, int):
        raise internal()
    if member == "sheetId":
        tab_of(book, where, "grid")
    if member == "dimensionRange":
        check_dimension_range(book, where["dimensionRange"])
    if member == "spreadsheet" and kind in ("ROW", "COLUMN", "SHEET"):
        raise internal()
    if isinstance(strategy, int) or isinstance(lookup.get("visibility"), int):
        raise internal()


def check_dimension_range(book: Spreadsheet, written: Json) -> None:
    start, end = written.get("startIndex"), written.get("endIndex")
    if start is None or end is None:
        raise invalid("DimensionRange must specify both a startIndex and an endIndex.")
    if wrapped(end - start) != 1:
        raise invalid("DimensionRange must represent a single row or column.")
    if start < 0 or end < 0:
        raise invalid("DimensionRange indexes must be >= 0")
    tab = tab_of(book, written, "grid")
    dimension = written.get("dimension", UNSPECIFIED)
    if is_unspecified(dimension):
        raise invalid("No dimension specified")
    if isinstance(dimension, int):
        raise internal()
    count = tab.row_count if dimension == "ROWS" else tab.column_count
    if start >= count:
        raise invalid(
            f"DimensionRange startIndex [{start}] is after the last {dimension} index [{count - 1}] "
            f"of the sheet [{tab.id}]."
        )


UNSPECIFIED = "UNSPECIFIED"
LAST_NAMED_COLUMN = 18_277


def is_unspecified(value: object) -> bool:
    return isinstance(value, str) and value.endswith(UNSPECIFIED)


def tab_of(book: Spreadsheet, written: Json, noun: str) -> Tab:
    tab = book.tab(written.get("sheetId", 0))
    if tab is None:
        raise invalid(f"No {noun} with id: {written.get('sheetId', 0)}")
    return tab


def named(tab: Tab, written: Json) -> str:
    """A range past the grid as Google names it: only the ends that were sent, no column past ZZZ."""
    rows = written.get("startRowIndex"), written.get("endRowIndex")
    columns = written.get("startColumnIndex"), written.get("endColumnIndex")
    is_empty = any(start is not None and start == end for start, end in (rows, columns))
    first = letters(columns[0]) + ("" if rows[0] is None else str(wrapped(rows[0] + 1)))
    last = letters(None if columns[1] is None else columns[1] - 1) + ("" if rows[1] is None else str(rows[1]))
    text = first if first == last else f"{first}:{last}"
    return ("(empty) " if is_empty else "") + f"{a1.quoted(tab.title)}!{text}"


def letters(column: int | None) -> str:
    return "" if column is None or not 0 <= column <= LAST_NAMED_COLUMN else a1.column_letters(column)


def wrapped(number: int) -> int:
    """A number as 32 bits hold it, which shows in Google's words."""
    return (number + 2**31) % 2**32 - 2**31
