"""Triggers that keep history as it was written, against any program that uses the database.

On both databases: no UPDATE, DELETE or TRUNCATE of `line`, `tag` and `tile`; a new line has the
next `seq` of all and the next `position` of its origin; tags are written before their line, and
never for a line that is there. They stop accidents and plain tools; who owns the file can take
them away, which is what the Merkle tree is for.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, MetaData, event

#: Tables whose rows stay as they were written.
HISTORY: Final = ("line", "tag", "tile")
#: Functions that triggers call on PostgreSQL.
FUNCTIONS: Final = ("line_is_next", "tag_is_new", "history_stays")

# INSERT OR REPLACE deletes the row in its way without a DELETE trigger, but not before the
# BEFORE INSERT triggers ran: these refuse every insert that could meet an old row.
_SQLITE_INSERTS: Final = (
    """
    CREATE TRIGGER line_is_next BEFORE INSERT ON line
    WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM line)
      OR NEW.position IS NOT
         (SELECT coalesce(max(position), 0) + 1 FROM line WHERE origin = NEW.origin)
    BEGIN SELECT raise(ABORT, 'a line must have the next seq and position'); END
    """,
    """
    CREATE TRIGGER tag_is_new BEFORE INSERT ON tag
    WHEN NEW.seq <= (SELECT max(seq) FROM line)
    BEGIN SELECT raise(ABORT, 'the tags of a line are written before it'); END
    """,
    """
    CREATE TRIGGER tile_is_new BEFORE INSERT ON tile
    WHEN EXISTS (
      SELECT 1 FROM tile WHERE origin = NEW.origin AND level = NEW.level AND idx = NEW.idx)
    BEGIN SELECT raise(ABORT, 'a tile is written once'); END
    """,
)

# PostgreSQL checks whole statements: one call for a COPY of thousands of rows. Rows are distinct
# by their keys, so that a range without gaps that follows a row is the next range. A function's
# plans are kept while the tables grow: without enable_seqscan = off those of the first days, made
# for a few rows, would scan all of them. A table of a session's own that is called `line` must not
# stand in for ours: without pg_temp at the end of the search path it would come first.
_POSTGRES_PATH: Final = """
    SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)
    """
_POSTGRES_FUNCTIONS: Final = (
    """
    CREATE FUNCTION line_is_next() RETURNS trigger LANGUAGE plpgsql
    SET search_path FROM CURRENT SET enable_seqscan = off
    AS $$
    DECLARE
      r record;
      good boolean := true;
    BEGIN
      FOR r IN SELECT min(seq) AS low, max(seq) AS high, count(*) AS n FROM added LOOP
        good := good AND (r.n = 0 OR r.low >= 1 AND r.high - r.low + 1 = r.n AND (
          r.low = 1 OR EXISTS (SELECT 1 FROM line WHERE seq = r.low - 1)));
      END LOOP;
      FOR r IN SELECT origin, min(position) AS low, max(position) AS high, count(*) AS n
        FROM added GROUP BY origin
      LOOP
        good := good AND r.low >= 1 AND r.high - r.low + 1 = r.n AND (r.low = 1 OR EXISTS (
          SELECT 1 FROM line WHERE line.origin = r.origin AND line.position = r.low - 1));
      END LOOP;
      IF NOT good THEN
        RAISE EXCEPTION 'a line must have the next seq and position'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION tag_is_new() RETURNS trigger LANGUAGE plpgsql
    SET search_path FROM CURRENT SET enable_seqscan = off
    AS $$ BEGIN
      IF (SELECT min(seq) FROM added) <= (SELECT max(seq) FROM line) THEN
        RAISE EXCEPTION 'the tags of a line are written before it'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$ BEGIN
      RAISE EXCEPTION 'history is not changed: correct a line by a further line'
        USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
)


def _sqlite_statements() -> list[str]:
    changes = [
        f"""
        CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}
        BEGIN SELECT raise(ABORT, 'history is not changed: correct a line by a further line'); END
        """
        for table in HISTORY
        for change in ("UPDATE", "DELETE")
    ]
    return [*_SQLITE_INSERTS, *changes]


def _postgres_statements() -> list[str]:
    changes = [
        f"""
        CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION history_stays()
        """
        for table in HISTORY
    ]
    inserts = [
        f"""
        CREATE TRIGGER {function} AFTER INSERT ON {table} REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION {function}()
        """
        for table, function in (("line", "line_is_next"), ("tag", "tag_is_new"))
    ]
    return [_POSTGRES_PATH, *_POSTGRES_FUNCTIONS, *changes, *inserts]


def add_triggers(metadata: MetaData) -> None:
    """Have the triggers made with the tables, by the statements of the database in use."""
    for dialect, statements in (
        ("sqlite", _sqlite_statements()),
        ("postgresql", _postgres_statements()),
    ):
        for statement in statements:
            ddl = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(metadata, "after_create", ddl.execute_if(dialect=dialect))
