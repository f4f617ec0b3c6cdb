"""Data filters: cells and developer metadata chosen by A1 range, grid range or metadata lookup."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sheetdesk.sandbox.api import invalid
from sheetdesk.sandbox.book import Json, Spreadsheet
from sheetdesk.sandbox.ranges import Area, Box, area, overlap, resolve

__all__ = ["areas", "matched", "matches_metadata"]

CHOICES = ("developerMetadataLookup", "a1Range", "gridRange")


def areas(book: Spreadsheet, data_filter: Json) -> list[Area]:
    """The rectangles a filter chooses, in the order they stand in the book. Raises ApiError."""
    kind = chosen(data_filter)
    if kind == "a1Range":
        return [resolve(book, data_filter[kind])]
    if kind == "gridRange":
        return [area(book, data_filter[kind])]
    return [
        place for metadata in matched(book, [data_filter]) if (place := area_of(book, metadata)) is not None
    ]


def chosen(data_filter: Json) -> str:
    given = [kind for kind in CHOICES if data_filter.get(kind) is not None]
    if len(given) != 1:
        raise invalid(
            "Invalid dataFilter: Must specify one of developerMetadataLookup, a1Range or gridRange."
        )
    return given[0]


def area_of(book: Spreadsheet, metadata: Json) -> Area | None:
    """The cells that metadata stands at: a row, a column or a tab; None for the spreadsheet's own."""
    location = metadata["location"]
    place = location.get("dimensionRange")
    tab = book.tab((place or location).get("sheetId", 0))
    if location.get("spreadsheet") or tab is None:
        return None
    box = Box(0, tab.row_count, 0, tab.column_count)
    if place is None:
        return Area(tab, box)
    if place["dimension"] == "ROWS":
        return Area(tab, box._replace(r0=place.get("startIndex", 0), r1=place.get("endIndex", tab.row_count)))
    return Area(tab, box._replace(c0=place.get("startIndex", 0), c1=place.get("endIndex", tab.column_count)))


def matched(book: Spreadsheet, data_filters: Iterable[Json]) -> list[Json]:
    """The developer metadata that any of the filters chooses, by place. Raises ApiError."""
    tests = [test_of(book, data_filter) for data_filter in data_filters]
    found = [one for one in book.developer_metadata.values() if any(test(one) for test in tests)]
    return sorted(found, key=lambda one: place_key(book, one))


def place_key(book: Spreadsheet, metadata: Json) -> tuple[int, int, int, int]:
    place = area_of(book, metadata)
    number = metadata["metadataId"]
    return (
        (-1, 0, 0, number)
        if place is None
        else (book.tabs.index(place.tab), place.box.r0, place.box.c0, number)
    )


def test_of(book: Spreadsheet, data_filter: Json) -> Callable[[Json], bool]:
    kind = chosen(data_filter)
    if kind == "developerMetadataLookup":
        lookup = data_filter[kind]
        return lambda metadata: matches_metadata(lookup, metadata)
    place = resolve(book, data_filter[kind]) if kind == "a1Range" else area(book, data_filter[kind])

    def stands_in(metadata: Json) -> bool:
        own = area_of(book, metadata)
        return own is not None and own.tab is place.tab and overlap(own.box, place.box)

    return stands_in


def matches_metadata(lookup: Json, metadata: Json) -> bool:
    """Whether a DeveloperMetadataLookup chooses a piece of metadata: every given part must agree."""
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        wanted = lookup.get(name)
        if wanted is not None and metadata.get(name) != wanted:
            return False
    location = metadata["location"]
    wanted_type = lookup.get("locationType")
    if wanted_type is not None and location["locationType"] != wanted_type:
        return False
    where = lookup.get("metadataLocation")
    if where is None:
        return True
    if lookup.get("locationMatchingStrategy") == "INTERSECTING_LOCATION":
        return intersects(where, location)
    return same_place(where) == same_place(location)


def same_place(location: Json) -> tuple[object, ...]:
    place = location.get("dimensionRange")
    if place:
        return place.get("sheetId", 0), place["dimension"], place.get("startIndex", 0), place.get("endIndex")
    return ("spreadsheet",) if location.get("spreadsheet") else (location.get("sheetId", 0),)


def intersects(where: Json, location: Json) -> bool:
    """A spreadsheet meets all, a tab what stands in it, rows and columns what shares a cell with them."""
    if where.get("spreadsheet") or location.get("spreadsheet"):
        return True
    one, other = where.get("dimensionRange"), location.get("dimensionRange")
    if (one or where).get("sheetId", 0) != (other or location).get("sheetId", 0):
        return False
    if one is None or other is None or one["dimension"] != other["dimension"]:
        return True
    ends = [part.get("endIndex", float("inf")) for part in (one, other)]
    return bool(one.get("startIndex", 0) < ends[1] and other.get("startIndex", 0) < ends[0])
