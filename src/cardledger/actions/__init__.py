"""The actions: one file each, and the file's presence registers it.

Every module of this package whose name does not begin with an underscore is one action and offers
the names that `cardledger.decider` lists. To add an action, add a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Final

from cardledger.book import EVOLVE
from cardledger.commands import Command
from cardledger.decider import Action, all_personal
from cardledger.events import Codec, Event


def _discover() -> dict[str, Action]:
    found: dict[str, Action] = {}
    for info in pkgutil.iter_modules(__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{info.name}")
        action = Action(
            name=module.COMMAND.action(),
            command=module.COMMAND,
            events=module.EVENTS,
            refusals=module.refusals,
            repeated=module.repeated,
            decide=module.decide,
            evolve=module.evolve,
            refused=getattr(module, "refused", None),
            again=getattr(module, "again", None),
            personal=getattr(module, "personal", all_personal),
        )
        for event in action.events:
            Codec.add(event)
            EVOLVE[event] = action.evolve
        for event in getattr(module, "EVIDENCE", ()):
            Codec.add(event)
        found[action.name] = action
    return found


#: All actions by name, such as "term-swipe".
ACTIONS: Final[dict[str, Action]] = _discover()
#: All actions by the class of their command.
ACTION_FOR: Final[dict[type[Command], Action]] = {
    action.command: action for action in ACTIONS.values()
}
#: The action that writes an event, by the event's class.
ACTION_OF: Final[dict[type[Event], Action]] = {
    event: action for action in ACTIONS.values() for event in action.events
}
