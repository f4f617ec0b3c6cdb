"""Mistakes in how pivot parts are joined and in pivot caches: the first 29 of 56."""

from __future__ import annotations

from sheetdesk.sheets.xlsx.package import Package, relations_of
from tests.sheets.xlsx.defect import Defect, change, find, remove, undeclare
from tests.sheets.xlsx.good_book import BY_MONTH, BY_STATUS, CACHE, RECORDS, WORKBOOK, edited
from tests.sheets.xlsx.good_pivots import CREATED, HOURS, STATUS


def not_well_formed(package: Package) -> None:
    package.parts[BY_STATUS] = package.bytes(BY_STATUS).replace(b"</pivotFields>", b"</pivotField>")


def unknown_attribute(package: Package) -> None:
    change(package, BY_STATUS, "", colour="red")


def no_data_caption(package: Package) -> None:
    change(package, BY_STATUS, "", dataCaption=None)


def bad_subtotal(package: Package) -> None:
    change(package, BY_MONTH, "dataFields/dataField", 1, subtotal="avg")


def data_fields_first(package: Package) -> None:
    with edited(package, BY_STATUS) as root:
        find(root, "rowFields").addprevious(find(root, "dataFields"))


def caches_before_calculation(package: Package) -> None:
    with edited(package, WORKBOOK) as root:
        find(root, "calcPr").addprevious(find(root, "pivotCaches"))


def no_pivot_caches(package: Package) -> None:
    remove(package, WORKBOOK, "pivotCaches")


def unknown_cache_id(package: Package) -> None:
    change(package, BY_STATUS, "", cacheId="99")


def dangling_records(package: Package) -> None:
    change(package, relations_of(CACHE), "Relationship", Target="pivotCacheRecords9.xml")


def records_undeclared(package: Package) -> None:
    undeclare(package, RECORDS)


def pivot_undeclared(package: Package) -> None:
    undeclare(package, BY_STATUS)


def pivot_without_cache(package: Package) -> None:
    del package.parts[relations_of(BY_STATUS)]


def wrong_cache_relation(package: Package) -> None:
    with edited(package, WORKBOOK) as root:
        node = find(root, "pivotCaches/pivotCache")
        key = next(str(name) for name in node.attrib if str(name).endswith("}id"))
        node.set(key, "rId1")


def wrong_record_count(package: Package) -> None:
    change(package, CACHE, "", recordCount="61")


def wrong_records_count(package: Package) -> None:
    change(package, RECORDS, "", count="59")


def short_record(package: Package) -> None:
    with edited(package, RECORDS) as root:
        root[5].remove(root[5][-1])


def record_off_the_list(package: Package) -> None:
    with edited(package, RECORDS) as root:
        root[5][STATUS].set("v", "4")


def inline_in_enumerated(package: Package) -> None:
    with edited(package, RECORDS) as root:
        node = root[5][STATUS]
        node.tag = node.tag.replace("}x", "}s")
        node.set("v", "Open")


def _shared(package: Package, column: int, **attributes: str | None) -> None:
    change(package, CACHE, "cacheFields/cacheField/sharedItems", column, **attributes)


def wrong_shared_count(package: Package) -> None:
    _shared(package, STATUS, count="5")


def emptied_shared(package: Package) -> None:
    with edited(package, CACHE) as root:
        node = find(root, "cacheFields/cacheField/sharedItems", STATUS)
        del node[:]
        del node.attrib["count"]


def shared_twice(package: Package) -> None:
    change(package, CACHE, "cacheFields/cacheField/sharedItems/s", 3, v="OPEN")


def blank_denied(package: Package) -> None:
    _shared(package, HOURS, containsBlank=None)


def semi_mixed_denied(package: Package) -> None:
    _shared(package, STATUS, containsSemiMixedTypes="0")


def number_denied(package: Package) -> None:
    _shared(package, HOURS, containsNumber=None)


def numbers_and_dates(package: Package) -> None:
    _shared(package, CREATED, containsNumber="1")


def wrong_field_count(package: Package) -> None:
    change(package, CACHE, "cacheFields", count="9")


def source_gone(package: Package) -> None:
    change(package, CACHE, "cacheSource/worksheetSource", name="Tocket")


def renamed_field(package: Package) -> None:
    change(package, CACHE, "cacheFields/cacheField", 1, name="Subject")


VALIDATOR_ONLY = Defect("unknown attribute", unknown_attribute)
CACHE_DEFECTS = (
    Defect("xml not well-formed", not_well_formed, "xml"),
    VALIDATOR_ONLY,
    Defect("required dataCaption missing", no_data_caption, "pivot"),
    Defect('bad enum subtotal="avg"', bad_subtotal, "pivot-values"),
    Defect("dataFields before rowFields", data_fields_first, "order"),
    Defect("pivotCaches before calcPr", caches_before_calculation, "order"),
    Defect("pivotCaches missing in workbook", no_pivot_caches, "pivot-cache"),
    Defect("cacheId not in workbook", unknown_cache_id, "pivot-cache"),
    Defect("records rel dangling", dangling_records, "relation-target"),
    Defect("records content type missing", records_undeclared, "content-type"),
    Defect("pivotTable content type missing", pivot_undeclared, "content-type"),
    Defect("pivotTable to cache rel missing", pivot_without_cache, "pivot-cache"),
    Defect("cache r:id wrong", wrong_cache_relation, "relation-id"),
    Defect("recordCount wrong", wrong_record_count, "records"),
    Defect("records count wrong", wrong_records_count, "records"),
    Defect("record: one value missing", short_record, "records"),
    Defect("record: item index out of range", record_off_the_list, "records"),
    Defect("record: inline string in enumerated field", inline_in_enumerated, "records"),
    Defect("sharedItems count wrong", wrong_shared_count, "shared-values"),
    Defect("sharedItems emptied", emptied_shared, "records"),
    Defect("shared item twice", shared_twice, "shared-values"),
    Defect("containsBlank missing", blank_denied, "cache-flags"),
    Defect("containsSemiMixedTypes=0 on text", semi_mixed_denied, "cache-flags"),
    Defect("containsNumber missing on number field", number_denied, "cache-flags"),
    Defect("containsNumber and containsDate", numbers_and_dates, "cache-flags"),
    Defect("cacheFields count wrong", wrong_field_count, "cache-fields"),
    Defect("source table does not exist", source_gone, "cache-source"),
    Defect("cacheField renamed", renamed_field, "cache-source"),
)
