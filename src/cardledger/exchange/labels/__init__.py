"""Labels of boxes: what a QR code on a box says, how it looks, and whether it is still true."""

from __future__ import annotations

from cardledger.exchange.labels.checking import Difference, check
from cardledger.exchange.labels.text import Label, label_of

__all__ = ["Difference", "Label", "check", "label_of"]
