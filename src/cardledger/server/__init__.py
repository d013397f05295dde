"""A PostgreSQL server: reached over a network, restarted, replaced by its standby, or hanging.

The log and the key store make their engines here. Nothing waits for a server without end:

- `connect_timeout`: seconds until a connection is there, with each server that the URL names;
- `tcp_user_timeout` and keep-alives: until a machine that does not answer is given up;
- `answer_timeout`: seconds without a word from the server before the connection is given up. A
  machine whose server hangs answers all the same, and a server that is stopped ends no statement
  by itself: so this one is counted here. It is longer than the wait for another writer, whose end
  the server itself tells. 0 is no limit.

Who waits shortly for another writer (a station, where a child stands waiting) waits shortly for
the server as well. What the URL says goes first, all of it as libpq writes it:
`postgresql+psycopg://host/cards?connect_timeout=5&answer_timeout=600`. Several servers are named
by `?host=one:5432&host=two:5432&target_session_attrs=read-write`.

A connection that was cut while nobody used it is replaced before it is used again.
"""

from __future__ import annotations

from cardledger.server.engine import server_engine
from cardledger.server.meaning import meaning_of

__all__ = ["meaning_of", "server_engine"]
