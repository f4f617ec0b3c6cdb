"""The tables of the store.

Rows are JSON of plain values by column key, so that a desk's columns can change without altering the
database.
"""

from __future__ import annotations

import sqlalchemy as sa

__all__ = [
    "FORM",
    "agreements",
    "bases",
    "commits",
    "counters",
    "desk",
    "entries",
    "entry_values",
    "metadata",
    "notices",
    "origins",
    "own_cells",
    "rows",
    "rule_states",
    "sheets",
    "troubles",
]  # fmt: skip

FORM = 6
"""The form of these tables; a store of another form is not opened by mistake."""

metadata = sa.MetaData()

desk = sa.Table(
    "desk",
    metadata,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("lineage", sa.Text, nullable=False),
    sa.Column("form", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
# What each version of the desk came from; `last_entry` is the journal's last then.
commits = sa.Table(
    "commits",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("run", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("moment", sa.BigInteger, nullable=False),
    sa.Column("last_entry", sa.Integer, nullable=False),
)
rows = sa.Table(
    "rows",
    metadata,
    sa.Column("table_key", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),
    sa.Column("cells", sa.Text, nullable=False),
)
counters = sa.Table(
    "counters",
    metadata,
    sa.Column("table_key", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("table_key", sa.Text, nullable=False),
    sa.Column("row_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("column_key", sa.Text, nullable=False),
    sa.Column("seen_from", sa.BigInteger, nullable=False),
    sa.Column("seen_to", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("run", sa.Text, nullable=False),
    sa.Column("values_digest", sa.LargeBinary, nullable=False),
    sa.Column("chain", sa.LargeBinary, nullable=False),
    sa.Index("entries_of_row", "table_key", "row_id"),
    sa.Index("entries_of_run", "run"),
)
# Apart from the entries, so that what a person asks to be erased can go while the chain still holds.
entry_values = sa.Table(
    "entry_values",
    metadata,
    sa.Column("number", sa.Integer, sa.ForeignKey("entries.number"), primary_key=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
)
# Where an imported row came from, so that the same import again updates instead of doubling.
origins = sa.Table(
    "origins",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("row_id", sa.Text, nullable=False),
)
# Notices that are to be sent, that were, and those given up. Times are microseconds.
notices = sa.Table(
    "notices",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("made_at", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", sa.BigInteger, nullable=False),
    sa.Column("claimed_until", sa.BigInteger, nullable=False),
    sa.Column("settled_at", sa.BigInteger),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Index("notices_by_state", "state", "not_before"),
)
# What a rule remembers of a row: since when it holds, in which state it last fired, why it chose.
rule_states = sa.Table(
    "rule_states",
    metadata,
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("row_id", sa.Text, primary_key=True),
    sa.Column("facts", sa.Text, nullable=False),
)
sheets = sa.Table(
    "sheets",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("view", sa.Text, nullable=False, server_default=""),
)
# What keeps a sheet from being synced, since it last was; "" is the sheet of what stops them all.
troubles = sa.Table(
    "troubles",
    metadata,
    sa.Column("sheet", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("is_told", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)
agreements = sa.Table(
    "agreements",
    metadata,
    sa.Column("sheet", sa.Text, primary_key=True),
    sa.Column("serial", sa.Integer, nullable=False),
    sa.Column("stamp", sa.Integer, nullable=False),
    sa.Column("seen", sa.Text, nullable=False),
    sa.Column("seen_at", sa.BigInteger),
    sa.Column("facts", sa.Text, nullable=False),
)
# A row of what was agreed on with a sheet, valid for the stamps from `since` up to `until`, that one
# not included.
bases = sa.Table(
    "bases",
    metadata,
    sa.Column("sheet", sa.Text, primary_key=True),
    sa.Column("table_key", sa.Text, primary_key=True),
    sa.Column("row_id", sa.Text, primary_key=True),
    sa.Column("since", sa.Integer, primary_key=True),
    sa.Column("until", sa.Integer, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("missing", sa.Boolean, nullable=False),
    sa.Column("cells", sa.Text, nullable=False),
)
# What people's own columns of a sheet held in a row, by the columns' titles.
own_cells = sa.Table(
    "own_cells",
    metadata,
    sa.Column("sheet", sa.Text, primary_key=True),
    sa.Column("table_key", sa.Text, primary_key=True),
    sa.Column("row_id", sa.Text, primary_key=True),
    sa.Column("cells", sa.Text, nullable=False),
)
