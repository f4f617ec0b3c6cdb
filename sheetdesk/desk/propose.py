"""A desk file for the ticket sheet that a team already has: start reading the proposing here.

The team's titles and their order are kept. Columns are recognised by title, their kinds by validation,
format and cells; what the sheet works out itself stays the sheet's own. Every decision is told: in a
comment of the file, or in a note.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheetdesk.columns.base import UNWRITABLE, Cell, plain
from sheetdesk.desk.ids import IdForm
from sheetdesk.desk.propose_cells import date_order
from sheetdesk.desk.propose_choices import words_of
from sheetdesk.desk.propose_draft import Around, ColumnDraft, draft_own, draft_standard
from sheetdesk.desk.propose_ids import DEFAULT_FORM, IdGuess, guess_ids
from sheetdesk.desk.propose_match import match_standard, named_columns
from sheetdesk.desk.propose_seen import SeenColumn, SeenRule, SeenTab
from sheetdesk.desk.propose_text import DeskDraft, desk_text
from sheetdesk.desk.standard import ALWAYS, CLOSING, STANDARD, parse_formula, standard_column
from sheetdesk.locales.locale import Locale, load_locale

__all__ = ["Proposal", "SeenColumn", "SeenRule", "SeenTab", "propose", "ticket_score"]

MOST_PEOPLE = 300
LONGEST_NAME = 200
HAN = ("\u4e00", "\u9fff")


@dataclass(frozen=True)
class Proposal:
    """The desk file's `text`, and how it fits the sheet.

    `columns` are their titles → column keys, `places` the keys' columns from 0; `left_out` are their
    titles that are no column of the desk. `added` are keys that the sheet has no column for.
    `header_row` counts from 1. `has_ids` False: their sheet has no column whose cells can be the ids.
    `notes` are sentences in the desk's language. `day_first` is what their dates written as text
    prove, None for nothing.
    """

    text: str
    columns: Mapping[str, str]
    notes: tuple[str, ...]
    header_row: int
    tab: str
    has_ids: bool
    places: Mapping[str, int]
    left_out: tuple[str, ...]
    added: tuple[str, ...]
    day_first: bool | None = None


def ticket_score(tab: SeenTab) -> float:
    """How much a tab looks like a list of tickets; 0 for one without a table.

    Three points for each standard column by title, one for each column that the sheet does not work
    out itself (six at most), two for each tenfold number of rows; half of it all for a hidden tab.
    """
    people = [column for column in tab.columns if not column.is_formula]
    if not people:
        return 0.0
    places = {column.place for column in people}
    known = {key for _, place, key in named_columns(tab, "en") if place in places}
    score = 3 * len(known) + min(len(people), 6) + 2 * math.log10(1 + len(tab.rows))
    return score if tab.visible else score / 2


def propose(seen: SeenTab, *, name: str, locale: str | None, zone: str) -> Proposal:
    """A desk file for what was seen. `locale` None: the language of most titles.

    The text parses without a complaint. Raises FamilyMemberUnknown for an unknown language.
    """
    words = load_locale(locale or _language(seen))
    matched = match_standard(seen, words.code)
    guess = next((guess_ids(c.cells) for c in seen.columns if matched.get(c.place) == "id"), None)
    has_ids = guess is not None and guess.holds
    if not has_ids:
        matched = {place: key for place, key in matched.items() if key != "id"}
    notes = _told(seen, guess, words)
    kept, left_out = _kept(seen, words, notes)
    people = _people(kept, matched, words, notes)
    by_title = frozenset((place, key) for _, place, key in named_columns(seen, words.code))
    drafts = _drafts(kept, matched, Around(words, frozenset(map(str.casefold, people)), by_title))
    drafts, guards = _added(drafts, seen, words, notes), _locks(seen, drafts)
    form = guess.form if guess is not None and has_ids and guess.form else DEFAULT_FORM
    if not has_ids:
        form = _free_form(seen)
    dated = [cell for draft in drafts if draft.type in ("moment", "date") for cell in _cells(seen, draft)]
    day_first = date_order(dated)
    head = (
        words.text("propose.head", file=seen.file, tab=seen.title, rows=len(seen.rows), row=seen.header_row),
        words.text("propose.head_next"),
    )
    text = desk_text(
        DeskDraft(
            _clean(name) or _clean(seen.title) or "desk", words, zone, form, (*head, *notes), tuple(drafts),
            guards, seen.protected, people, seen.file, day_first,
        )
    )  # fmt: skip
    placed = {draft.key: draft.place for draft in drafts if draft.place is not None}
    return Proposal(
        text,
        {draft.title: draft.key for draft in drafts if draft.place is not None},
        tuple(notes),
        seen.header_row,
        seen.title,
        has_ids,
        placed,
        left_out,
        tuple(draft.key for draft in drafts if draft.place is None),
        day_first,
    )


def _language(seen: SeenTab) -> str:
    """Chinese where a third of the titles have a Chinese character: many a Chinese sheet says ID and Bug."""
    han = sum(any(HAN[0] <= char <= HAN[1] for char in column.title) for column in seen.columns)
    return "zh" if han and 3 * han >= len(seen.columns) else "en"


def _told(seen: SeenTab, guess: IdGuess | None, words: Locale) -> list[str]:
    """What is to be said of the tab as a whole."""
    notes = []
    if guess is None:
        notes.append(words.text("propose.no_ids"))
    elif not guess.holds:
        facts = {"rows": guess.rows, "filled": guess.filled, "doubled": guess.doubled}
        notes.append(words.text("propose.bad_ids", fitting=guess.fitting, **facts))
    elif guess.form is not None:
        notes.append(words.text("propose.ids", form=guess.form, fitting=guess.fitting, rows=guess.rows))
    if not seen.visible:
        notes.append(words.text("propose.hidden_tab", tab=seen.title))
    if seen.merged:
        notes.append(words.text("propose.merged", count=seen.merged))
    if seen.totals:
        notes.append(words.text("propose.totals", count=seen.totals))
    if seen.beside:
        notes.append(words.text("propose.beside", titles=_some(seen.beside)))
    return notes


def _kept(seen: SeenTab, words: Locale, notes: list[str]) -> tuple[list[SeenColumn], tuple[str, ...]]:
    """The columns that the desk takes over, and the titles of those that stay the sheet's own."""
    kept: list[SeenColumn] = []
    titles: set[str] = set()
    doubled, formulas = [], []
    for column in seen.columns:
        folded = " ".join(plain(column.title).split()).casefold()
        if column.is_formula:
            formulas.append(column.title)
        elif folded in titles or not _clean(column.title):
            doubled.append(column.title)
        else:
            kept.append(column)
            titles.add(folded)
    if formulas:
        notes.append(words.text("propose.formulas", titles=_some(formulas)))
    if doubled:
        notes.append(words.text("propose.doubled", titles=_some(doubled)))
    return kept, (*formulas, *doubled)


def _people(
    kept: Sequence[SeenColumn], matched: Mapping[int, str], words: Locale, notes: list[str]
) -> tuple[str, ...]:
    """The names in the owner column, as each is written most often."""
    owner = next((column for column in kept if matched.get(column.place) == "owner"), None)
    if owner is None:
        return ()
    found: dict[str, str] = {}
    for word, _ in words_of(owner.cells).most_common():
        name = " ".join(plain(word).split())
        if name and len(name) <= LONGEST_NAME and not UNWRITABLE.search(name):
            found.setdefault(name.casefold(), name)
    if len(found) > MOST_PEOPLE:
        notes.append(words.text("propose.many_people", count=len(found), most=MOST_PEOPLE))
    return tuple(sorted(list(found.values())[:MOST_PEOPLE], key=str.casefold))


def _drafts(kept: Sequence[SeenColumn], matched: Mapping[int, str], around: Around) -> list[ColumnDraft]:
    """A draft for each column, in the sheet's order. One whose list depends on another comes after it."""
    taken: set[str] = set()
    drafts = around.drafts
    around.columns.update({column.place: column for column in kept})
    for column in sorted(kept, key=lambda column: column.rule is not None and column.rule.parent is not None):
        key = matched.get(column.place)
        if key is None:
            drafts[column.place] = draft_own(column, taken, around)
        else:
            drafts[column.place] = draft_standard(column, key, around)
    return [drafts[column.place] for column in kept]


def _added(
    drafts: Sequence[ColumnDraft], seen: SeenTab, words: Locale, notes: list[str]
) -> list[ColumnDraft]:
    """The drafts and the columns that a desk has in any case, under titles that are free in the sheet."""
    theirs = {" ".join(plain(column.title).split()).casefold() for column in seen.columns}
    present = {draft.key for draft in drafts}
    found = list(drafts)
    for key in (*ALWAYS, *CLOSING):
        formula = STANDARD[key].formula
        if key in present or (formula and not present.issuperset(parse_formula(formula)[1])):
            continue
        title = standard_column(key, words).title
        if key in CLOSING and plain(title).casefold() not in theirs:
            continue
        while plain(title).casefold() in theirs:
            title = words.text("propose.other_title", title=title)
        settings = {"required": False} if STANDARD[key].required and key != "id" else {}
        why = (words.text("propose.added_column"),)
        found.append(ColumnDraft(key, title, STANDARD[key].type, None, settings, why=why))
        present.add(key)
        if key in ALWAYS:
            notes.append(words.text("propose.missing_column", title=title))
    return found


def _locks(seen: SeenTab, drafts: Sequence[ColumnDraft]) -> tuple[str, ...]:
    """The keys of the columns that the protected sheet keeps people from."""
    if not seen.protected:
        return ()
    locked = {column.place for column in seen.columns if column.locked}
    return tuple(draft.key for draft in drafts if draft.place in locked)


def _cells(seen: SeenTab, draft: ColumnDraft) -> Sequence[Cell]:
    column = None if draft.place is None else seen.at(draft.place)
    return () if column is None else column.cells


def _free_form(seen: SeenTab) -> str:
    """A form of ids whose beginning no cell of the sheet's first columns has yet."""
    form = IdForm(DEFAULT_FORM)
    taken = any(form.parse(plain(cell)) for column in seen.columns for cell in column.cells[:1000] if cell)
    return f"S{DEFAULT_FORM}" if taken else DEFAULT_FORM


def _clean(text: str) -> str:
    return " ".join(UNWRITABLE.sub("", text).split())[:LONGEST_NAME]


def _some(titles: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(titles[:most])
    return f"{shown} …" if len(titles) > most else shown
