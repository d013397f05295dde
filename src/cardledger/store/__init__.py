"""The log for applications of the `eventsourcing` library (9.x), written with its DCB.

    PERSISTENCE_MODULE=cardledger.store
    SQLALCHEMY_URL=sqlite:////var/lib/courses.db      or postgresql+psycopg://user@host/database

The only place that imports the library: that patches `dataclasses` for the whole process, and its
version 10 renames the DCB classes.
"""

from __future__ import annotations

from cardledger.store.factory import Factory
from cardledger.store.recorder import Recorder
from cardledger.store.subscription import Subscription
from cardledger.store.tracking import SQLAlchemyTrackingRecorder

__all__ = ["Factory", "Recorder", "SQLAlchemyTrackingRecorder", "Subscription"]
