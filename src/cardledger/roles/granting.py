"""Making roles and giving them their rights, in the transaction of a connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from cardledger.errors import BadInput, NotAllowed
from cardledger.i18n import _
from cardledger.log.triggers import FUNCTIONS
from cardledger.replay.tables import metadata as row_tables
from cardledger.roles.names import Roles
from cardledger.roles.rights import EVERY, auditor_rights, key_tables, writer_rights

#: What a role of ours never is, as PostgreSQL's catalogue calls it and as people do.
_POWERS: Final = {
    "rolsuper": "SUPERUSER",
    "rolcreaterole": "CREATEROLE",
    "rolcreatedb": "CREATEDB",
    "rolreplication": "REPLICATION",
    "rolbypassrls": "BYPASSRLS",
    "rolcanlogin": "LOGIN",
}


def grant_ledger(connection: Connection, roles: Roles) -> None:
    """Hand the tables of a ledger to their owner, and give writer and auditor their rights."""
    server = _Server(connection)
    names = (roles.owner, roles.writer, roles.auditor)
    server.make(names, roles.owner)
    server.close_schema()
    server.run(f"GRANT USAGE, CREATE ON SCHEMA {server.schema} TO {roles.owner}")
    server.run(f"GRANT USAGE ON SCHEMA {server.schema} TO {roles.writer}, {roles.auditor}")
    tables = writer_rights()
    server.hand_over(tables, roles.owner)
    for function in FUNCTIONS:
        server.run(f"ALTER FUNCTION {server.schema}.{function}() OWNER TO {roles.owner}")
    # What is made from here on is the owner's, whoever is connected.
    server.run(f"SET LOCAL ROLE {roles.owner}")
    row_tables.create_all(connection)
    for function in FUNCTIONS:
        server.run(
            f"ALTER FUNCTION {server.schema}.{function}()"
            f" SECURITY INVOKER SET search_path = {server.schema}, pg_temp"
        )
    for role, rights in ((roles.writer, tables), (roles.auditor, auditor_rights())):
        server.grant(role, rights)
    server.run("RESET ROLE")
    server.demand_closed((roles.writer, roles.auditor))
    server.demand_rights({roles.writer: tables, roles.auditor: auditor_rights()})


def grant_keys(connection: Connection, roles: Roles) -> None:
    """Hand the tables of a key store to the role of those who have the keys."""
    server = _Server(connection)
    server.make((roles.keys,), roles.keys)
    server.close_schema()
    # A table goes only to a role that may make one there; it needs that for this moment alone.
    server.run(f"GRANT USAGE, CREATE ON SCHEMA {server.schema} TO {roles.keys}")
    server.hand_over(key_tables(), roles.keys)
    server.run(f"REVOKE CREATE ON SCHEMA {server.schema} FROM {roles.keys}")
    server.run(f"SET LOCAL ROLE {roles.keys}")
    for table in key_tables():
        server.run(f"REVOKE ALL ON TABLE {server.schema}.{table} FROM PUBLIC")
    server.run("RESET ROLE")
    server.demand_closed((roles.keys,))


class _Server:
    """One database, and the roles of its server, as the connecting role may change them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        row = self.one(
            "SELECT quote_ident(current_schema()), quote_ident(current_database()),"
            " rolname, rolsuper, rolsuper OR rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        )
        self.schema, self.database, self._me, self._is_superuser, self._makes_roles = row

    def run(self, statement: str) -> None:
        """Execute a statement; its names are ours or quoted."""
        self._connection.exec_driver_sql(statement)

    def one(self, statement: str, *values: Any) -> Any:
        """Return the first row of a query."""
        return self._connection.exec_driver_sql(statement, values).fetchone()

    def make(self, names: Iterable[str], owner: str) -> None:
        """Make the roles that are missing; refuse one that may do more than ours.

        The connecting role becomes a member of the owner: only so can it give things to it.
        """
        there = {name: self._powers(name) for name in names}
        missing = [name for name, powers in there.items() if powers is None]
        if missing and not self._makes_roles:
            orders = "; ".join(f"CREATE ROLE {name} NOLOGIN" for name in missing)
            raise NotAllowed(
                _("The role {role} may not make roles on this server: {missing} are missing."),
                hint=_(
                    "Connect as a superuser, or as a role with CREATEROLE that owns the database;"
                    " or let the server's administrator run: {orders}; GRANT {owner} TO {role}"
                ),
                role=self._me,
                missing=", ".join(missing),
                orders=orders,
                owner=owner,
            )
        for name, powers in there.items():
            if powers:
                raise BadInput(
                    _("The role {name} is there already, and has {powers}."),
                    hint=_(
                        "Take that from it, or choose other names with --role-prefix; people log in"
                        " as roles of their own that are members of it."
                    ),
                    name=name,
                    powers=", ".join(powers),
                )
        for name in missing:
            self.run(f"CREATE ROLE {name} NOLOGIN")
        if not self._is_superuser and not self._is_member(owner):
            self.run(f"GRANT {owner} TO CURRENT_USER")

    def _powers(self, name: str) -> list[str] | None:
        """Return what a role may do beyond ours, and whose member it is; none where it is not."""
        powers = ", ".join(_POWERS)
        query = f"SELECT {powers} FROM pg_roles WHERE rolname = %s"  # nosec B608 # its own columns
        row = self.one(query, name)
        if row is None:
            return None
        of = self._connection.exec_driver_sql(
            "SELECT pg_get_userbyid(roleid) FROM pg_auth_members"
            " WHERE member = %s::regrole ORDER BY 1",
            (name,),
        )
        return [
            *(word for word, has in zip(_POWERS.values(), row, strict=True) if has),
            *(f"GRANT {role}" for (role,) in of),
        ]

    def _is_member(self, role: str) -> bool:
        return bool(self.one("SELECT pg_has_role(%s, 'MEMBER')", role)[0])

    def close_schema(self) -> None:
        """Let nobody make tables, of a session's own either, who was not told that he may."""
        self.run(f"REVOKE CREATE ON SCHEMA {self.schema} FROM PUBLIC")
        self.run(f"REVOKE TEMPORARY, CREATE ON DATABASE {self.database} FROM PUBLIC")

    def hand_over(self, tables: Iterable[str], owner: str) -> None:
        """Give the tables that are there to their owner."""
        for table in tables:
            there = self.one(
                "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass(%s)",
                f"{self.schema}.{table}",
            )
            if there is not None and there[0] != owner:
                self.run(f"ALTER TABLE {self.schema}.{table} OWNER TO {owner}")

    def grant(self, role: str, rights: Mapping[str, tuple[str, ...]]) -> None:
        """Give a role its rights on tables, and take away all others, from everybody else too."""
        for table, wanted in rights.items():
            self.run(f"REVOKE ALL ON TABLE {self.schema}.{table} FROM PUBLIC, {role}")
            self.run(f"GRANT {', '.join(wanted)} ON TABLE {self.schema}.{table} TO {role}")

    def demand_closed(self, names: Iterable[str]) -> None:
        """Raise where a role may make things all the same: only the owner of a place closes it."""
        for name in names:
            creates, temporary, in_schema = self.one(
                "SELECT has_database_privilege(%s, current_database(), 'CREATE'),"
                " has_database_privilege(%s, current_database(), 'TEMPORARY'),"
                " has_schema_privilege(%s, current_schema(), 'CREATE')",
                *(name, name, name),
            )
            if creates or temporary or in_schema:
                raise NotAllowed(
                    _("Everybody may make tables in the database {database} or its schema."),
                    hint=_(
                        "Connect as their owner; or let the owner run: REVOKE TEMPORARY, CREATE ON"
                        " DATABASE {database} FROM PUBLIC; REVOKE CREATE ON SCHEMA {schema} FROM"
                        " PUBLIC"
                    ),
                    database=self.database,
                    schema=self.schema,
                )

    def demand_rights(self, expected: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        """Raise where a role has other rights than it ought to: what was granted is looked at."""
        for role, rights in expected.items():
            for table, wanted in rights.items():
                has = tuple(
                    right
                    for right in EVERY
                    if self.one(
                        "SELECT has_table_privilege(%s, %s, %s)",
                        *(role, f"{self.schema}.{table}", right),
                    )[0]
                )
                if has != wanted:
                    raise NotAllowed(
                        _(
                            "The role {role} has other rights on the table {table} than it ought"
                            " to have: {rights}."
                        ),
                        role=role,
                        table=table,
                        rights=", ".join(has),
                    )
