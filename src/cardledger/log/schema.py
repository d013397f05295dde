"""The tables of the log, the same on SQLite and PostgreSQL (DESIGN 4).

`line` and `tag` are the log itself and `tile` its Merkle tree; triggers forbid changing them. The
others hold one current row an origin: the right edge of the tree, the latest signed checkpoint.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from cardledger.log.triggers import add_triggers

FORMAT: Final = "cardledger-log/1"
FORMAT_KEY: Final = "format"
ORIGIN_KEY: Final = "origin"

#: SQLite makes only a column of this very type the row's own number; it has 8 bytes as well.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
#: The order of bytes, so that both databases sort tags alike.
_ORDERED = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()

about = Table(
    "about",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

line = Table(
    "line",
    metadata,
    Column("seq", _NUMBER, primary_key=True, autoincrement=False),
    Column("origin", _ORDERED, nullable=False),
    Column("position", _NUMBER, nullable=False),
    Column("name", _ORDERED, nullable=False),
    Column("data", LargeBinary, nullable=False),
    # JSON array; NULL for our own lines, whose tags are computed from the data
    Column("tags", Text),
    Column("leaf", LargeBinary, nullable=False),
    UniqueConstraint("origin", "position", name="line_position"),
)

tag = Table(
    "tag",
    metadata,
    Column("tag", _ORDERED, nullable=False),
    Column("seq", _NUMBER, nullable=False),
    # The place of the tag on its line: a foreign line may carry a tag twice.
    Column("ordinal", Integer, nullable=False),
    PrimaryKeyConstraint("tag", "seq", "ordinal", name="tag_key"),
    sqlite_with_rowid=False,
)

tile = Table(
    "tile",
    metadata,
    Column("origin", _ORDERED, nullable=False),
    Column("level", Integer, nullable=False),
    Column("idx", _NUMBER, nullable=False),
    # 256 hashes of 32 bytes, end to end
    Column("hashes", LargeBinary, nullable=False),
    # The Merkle root over them, which is an entry of the tile one level up
    Column("root", LargeBinary, nullable=False),
    PrimaryKeyConstraint("origin", "level", "idx", name="tile_key"),
)

frontier = Table(
    "frontier",
    metadata,
    Column("origin", _ORDERED, primary_key=True),
    Column("size", _NUMBER, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("origin", _ORDERED, primary_key=True),
    Column("size", _NUMBER, nullable=False),
    Column("note", Text, nullable=False),
)

#: Finds lines by name. Our own ledgers do not, so they need not pay for it: see Log.create.
NAME_INDEX: Final = "CREATE INDEX line_name ON line (name, seq)"

add_triggers(metadata)
