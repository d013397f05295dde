"""Card readers, by PC/SC: the only place that imports pyscard.

`watch` tells what happens at all readers (`cardledger.station.signs`), `listed` what lies on them
now. A card is only ever asked for its UID; nothing is written to one.
"""

from cardledger.station.readers.kinds import name_of, type_of
from cardledger.station.readers.listing import ReaderInfo, listed
from cardledger.station.readers.pcsc import ReadersMissing, ServiceAway
from cardledger.station.readers.watching import watch

__all__ = [
    "ReaderInfo",
    "ReadersMissing",
    "ServiceAway",
    "listed",
    "name_of",
    "type_of",
    "watch",
]
