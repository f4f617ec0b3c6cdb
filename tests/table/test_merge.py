"""The merge, cell by cell: each policy as a small table, and the laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetdesk.columns.base import CELL_LIMIT, MergePolicy
from sheetdesk.table.merge import POLICIES, Merge, joined_lines, merge
from sheetdesk.table.plain import PlainRows

RANKS = {0: {"new": 0, "open": 1, "done": 2}}


def one(policy: MergePolicy, base: Any, ours: Any, theirs: Any, known: str = "-") -> str:
    """What one cell comes to, in words; `known` is `rules` where these wrote ours, `open` in a conflict."""
    was, our, their = ({"T": (cell,)} for cell in (base, ours, theirs))
    by_rules, contested = ({("T", 0)} if known == word else frozenset() for word in ("rules", "open"))
    found = merge(was, our, their, [policy], by_rules=by_rules, contested=contested, ranks=RANKS)
    words = [f"take {t.after}" for t in found.taken] + [f"give {g.value}" for g in found.given]
    words += [f"settle {c.base}/{c.ours}/{c.theirs}" for c in found.clashes]
    words += [f"back {p.ours} ({p.reason})" for p in found.put_back]
    assert all((t.row, t.column, t.before) == ("T", 0, ours) for t in found.taken)
    assert all((g.row, g.column, g.found) == ("T", 0, theirs) for g in found.given)
    assert all(p.theirs == theirs for p in found.put_back)
    return ", ".join(words)


# policy     base  ours  theirs  known     what follows
DRAWN = """
people       a     a     a       -         nothing
people       a     a     b       -         take b
people       a     b     a       -         give b
people       a     b     b       -         nothing
people       a     b     c       -         settle a/b/c
people       a     b     c       rules     take c
people       a     b     .       rules     take None
people       a     a     c       open      settle a/a/c
people       a     b     a       open      settle a/b/a
people       .     b     a       open      settle None/b/a
latest       a     b     a       open      give b
people       .     b     c       -         settle None/b/c
people       .     .     c       -         take c
people       .     b     .       -         give b
people       a     .     .       -         nothing
rules        a     a     b       -         back a (owner)
rules        a     b     a       -         give b
rules        a     b     c       -         back b (owner)
rules        a     b     b       -         nothing
forward      new   new   open    -         take open
forward      open  open  new     -         back open (forward)
forward      open  open  .       -         back open (forward)
forward      new   open  done    -         take done
forward      new   done  open    -         back done (forward)
forward      new   open  new     -         give open
forward      .     .     new     -         take new
append       a     a|b   a|c     -         take a|b|c, give a|b|c
append       a     a|b   a|b     -         nothing
append       a     a|b   a|b|c   -         take a|b|c
append       a     a|b|c a|c     -         give a|b|c
append       a     .     a|c     -         take a|c
append       a     b     .       -         give b
append       a     a     .       -         take None
append       .     a|a   a|b     -         take a|a|b, give a|a|b
latest       a     b     c       -         take c
latest       a     b     .       -         take None
latest       a     b     a       -         give b
manual       a     b     c       -         settle a/b/c
manual       a     b     c       rules     settle a/b/c
manual       a     a     c       -         take c
manual       a     a     c       open      settle a/a/c
latest       a     a     c       open      take c
append       a     a     a|c     open      take a|c
rules        a     a     c       open      back a (owner)
"""


@pytest.mark.parametrize("line", [line for line in DRAWN.splitlines() if line])
def test_a_cell_comes_to_what_its_policy_says(line: str) -> None:
    policy, base, ours, theirs, known, follows = line.split(maxsplit=5)
    cells = [None if cell == "." else cell.replace("|", "\n") for cell in (base, ours, theirs)]
    found = one(policy, cells[0], cells[1], cells[2], known)  # type: ignore[arg-type]
    assert (found.replace("\n", "|") or "nothing") == follows


def test_every_policy_is_drawn() -> None:
    assert {line.split()[0] for line in DRAWN.splitlines() if line} == set(POLICIES)


def test_lines_that_no_cell_holds_together_are_for_people_to_settle() -> None:
    ours, theirs = "x" * 20_000, "y" * (CELL_LIMIT - 20_000)
    assert one("append", "a", ours, theirs) == f"settle a/{ours}/{theirs}"
    assert one("append", "a", ours, theirs[:-1]).startswith("take ")


def test_of_many_different_lines_all_are_kept_in_order() -> None:
    ours, theirs = ("\n".join(f"{side}{n}" for n in range(6_000)) for side in "at")
    assert joined_lines(ours, theirs).split("\n") == [*ours.split("\n"), *theirs.split("\n")]


# rows


def rows(**cells: str) -> PlainRows:
    return {name: tuple(text.split()) for name, text in cells.items()}


def where(found: Merge, row: str) -> set[str]:
    return {
        name
        for name in ("came", "revived", "missing", "back", "gone", "unseen")
        if row in getattr(found, name)
    }


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        (None, None, "a", "came"),
        (None, "a", None, "unseen"),
        ("a", None, "a", "gone"),
        ("a", None, "b", "revived"),
        ("a", "a", None, "missing"),
        ("a", "b", None, "back"),
        ("a", "a", "a", ""),
        ("a", None, None, ""),
    ],
)
def test_a_row_of_one_side_is_told_by_what_the_other_one_had(
    base: str | None, ours: str | None, theirs: str | None, expected: str
) -> None:
    sides: list[PlainRows] = [{} if cell is None else {"T": (cell,)} for cell in (base, ours, theirs)]
    assert where(merge(sides[0], sides[1], sides[2], ["people"]), "T") == ({expected} if expected else set())


def test_a_column_that_only_rules_write_keeps_no_row_that_people_deleted() -> None:
    base, ours = rows(T="a a"), rows(T="a b")
    assert merge(base, ours, {}, ["people", "rules"]).missing == ["T"]
    assert merge(base, ours, {}, ["rules", "people"]).back == ["T"]


def test_what_only_rules_changed_since_does_not_keep_a_row_that_people_deleted() -> None:
    base, ours = rows(T="a a"), rows(T="a b")
    assert merge(base, ours, {}, ["people", "people"], by_rules={("T", 1)}).missing == ["T"]
    assert merge(base, ours, {}, ["people", "people"], by_rules={("T", 0)}).back == ["T"]


def test_ids_come_in_the_order_of_the_sheet() -> None:
    assert merge({}, {}, rows(C="a", A="a", B="a"), ["people"]).came == ["C", "A", "B"]


def test_sides_that_are_equal_are_quiet_and_an_unseen_row_is_not() -> None:
    same = rows(A="a b")
    assert merge({}, same, same, ["people", "rules"]).is_quiet
    assert not merge({}, same, {}, ["people", "rules"]).is_quiet


# laws

NAMES = st.sampled_from("ABCDE")
CELLS = st.tuples(*[st.sampled_from([None, "new", "open", "done"])] * 4)
SIDE = st.dictionaries(NAMES, CELLS, max_size=5)
POLICY = st.lists(st.sampled_from(POLICIES), min_size=4, max_size=4)
RULED = st.frozensets(st.tuples(NAMES, st.integers(0, 3)))
ORDER = {place: {"new": 0, "open": 1, "done": 2} for place in range(4)}


def merged(base: PlainRows, ours: PlainRows, theirs: PlainRows, policies: Any, ruled: Any = ()) -> Merge:
    return merge(base, ours, theirs, policies, by_rules=ruled, ranks=ORDER)


def both_after(found: Merge, ours: PlainRows, theirs: PlainRows) -> tuple[PlainRows, PlainRows]:
    """Both sides once the merge is carried out: missing rows are archived, others come back."""
    store = {name: list(cells) for name, cells in ours.items() if name not in found.missing}
    sheet = {name: list(cells) for name, cells in theirs.items() if name not in found.gone}
    for name in (*found.came, *found.revived):
        store[name] = list(theirs[name])
    for name in (*found.unseen, *found.back):
        sheet[name] = list(ours[name])
    for taken in found.taken:
        assert store[taken.row][taken.column] == taken.before
        store[taken.row][taken.column] = taken.after
    for given_ in found.given:
        assert sheet[given_.row][given_.column] == given_.found
        sheet[given_.row][given_.column] = given_.value
    for back in found.put_back:
        assert sheet[back.row][back.column] == back.theirs
        sheet[back.row][back.column] = back.ours
    return ({name: tuple(cells) for name, cells in side.items()} for side in (store, sheet))  # type: ignore[return-value]


@given(SIDE, SIDE, SIDE, POLICY, RULED)
def test_both_sides_meet_outside_the_clashes(
    base: PlainRows, ours: PlainRows, theirs: PlainRows, policies: Any, ruled: Any
) -> None:
    found = merged(base, ours, theirs, policies, ruled)
    store, sheet = both_after(found, ours, theirs)
    open_cells = {(clash.row, clash.column) for clash in found.clashes}
    assert store.keys() == sheet.keys()
    for name in store:
        for column, (o, t) in enumerate(zip(store[name], sheet[name], strict=True)):
            assert o == t or (name, column) in open_cells
    # Merged again, only what people must settle is left.
    base = {
        name: tuple(
            base.get(name, (None,) * 4)[column] if (name, column) in open_cells else cell
            for column, cell in enumerate(cells)
        )
        for name, cells in sheet.items()
    }
    again = merged(base, store, sheet, policies, ruled)
    assert again.clashes == found.clashes
    again.clashes = []
    assert again.is_quiet


@given(
    SIDE, SIDE, st.lists(st.sampled_from(["people", "append", "latest", "manual"]), min_size=4, max_size=4)
)
def test_what_one_side_moved_is_taken_over_whole(base: PlainRows, moved: PlainRows, policies: Any) -> None:
    found = merged(base, base, moved, policies)
    store, sheet = both_after(found, base, moved)
    assert not found.clashes
    assert store == sheet == {name: moved[name] for name in sheet}
    assert sheet.keys() == moved.keys()
    found = merged(base, moved, base, policies)
    store, sheet = both_after(found, moved, base)
    assert not found.clashes
    assert {n: c for n, c in store.items() if n in moved} == moved


@given(SIDE, SIDE, POLICY)
def test_the_same_move_on_both_sides_is_nothing(base: PlainRows, moved: PlainRows, policies: Any) -> None:
    assert merged(base, moved, moved, policies).is_quiet


@given(SIDE, SIDE, SIDE, POLICY, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(
    base: PlainRows, ours: PlainRows, theirs: PlainRows, policies: Any, random: Any
) -> None:
    found = merged(base, ours, theirs, policies)
    for side in (base, ours, theirs):
        names = list(side)
        random.shuffle(names)
        for name in names:
            side[name] = side.pop(name)
    again = merged(base, ours, theirs, policies)
    assert {key: set(value) for key, value in vars(found).items()} == {
        key: set(value) for key, value in vars(again).items()
    }


@given(SIDE, SIDE, SIDE, POLICY)
def test_an_edit_beats_a_delete_and_nothing_is_removed(
    base: PlainRows, ours: PlainRows, theirs: PlainRows, policies: Any
) -> None:
    found = merged(base, ours, theirs, policies)
    for name in base:
        if name in ours and name not in theirs:
            cells = zip(ours[name], base[name], policies, strict=True)
            is_edited = any(our != was for our, was, policy in cells if policy != "rules")
            assert name in (found.back if is_edited else found.missing)
        if name in theirs and name not in ours and theirs[name] != base[name]:
            assert name in found.revived
    # Every row of either side is still told of: as it stands on both, or by name.
    told = {
        name
        for key in ("came", "revived", "missing", "back", "gone", "unseen")
        for name in getattr(found, key)
    }
    assert told == ours.keys() ^ theirs.keys()


@settings(max_examples=50)
@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_joined_lines_hold_each_line_as_often_as_the_side_that_has_it_more_often(
    ours: str, theirs: str
) -> None:
    joined = joined_lines(ours, theirs).split("\n")
    for line in {*ours.split("\n"), *theirs.split("\n")}:
        assert joined.count(line) == max(ours.split("\n").count(line), theirs.split("\n").count(line))
    assert joined_lines(ours, joined_lines(ours, theirs)) == joined_lines(ours, theirs)
