"""Running the screen on a terminal, and leaving it as it was."""

from __future__ import annotations

import os

from cardledger.i18n import Translator
from cardledger.station.screen.app import StationApp
from cardledger.station.screen.messages import Show
from cardledger.station.shift import Result, Watch
from cardledger.station.station import Station


def run_screen(
    station: Station, show: Show, *, watch: Watch | None, translate: Translator
) -> Result:
    """Show the station until it is ended; nothing of it stays on the terminal."""
    # Textual takes the variable away; what is said afterwards must have no colour either.
    plain = os.environ.get("NO_COLOR")
    app = StationApp(station, show, watch=watch, translate=translate)
    try:
        app.run(mouse=False)
    finally:
        result = app.finish()
        if plain is not None:
            os.environ["NO_COLOR"] = plain
    if app.crash:
        raise app.crash
    return result
