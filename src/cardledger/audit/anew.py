"""Deciding anew: what the office would say of an act, if it knew all that had happened before it.

Lines that happened later but were written earlier are not judged again when one is written with an
earlier moment (HANDBOOK 4, Time). The audit does, on the lines of the pupil.
"""

from __future__ import annotations

from collections.abc import Sequence

from cardledger.actions import ACTION_OF
from cardledger.audit.setting import Setting
from cardledger.cases import make_case
from cardledger.decider import Setting as Situation
from cardledger.decider import decide
from cardledger.desk import Desk
from cardledger.events import Line


def codes_anew(line: Line, before: Sequence[Line], setting: Setting) -> set[str]:
    """Return the codes with which a line would be refused or contested on what happened before it.

    `before` are the lines of its subjects that happened before it, whenever they were written.
    """
    event = line.event
    action = ACTION_OF.get(type(event))
    command = action.command_of(event) if action is not None else None
    if action is None or command is None:
        return set()
    desk = Desk()
    lines = [*setting.reference, *before]
    desk.load({tag for one in lines for tag in one.event.tags()}, lines)
    desk.settle()
    situation = Situation(present=event.recorded, school=event.school)
    case = make_case(desk, command, situation, lambda _tags, _at: desk.book)
    return set(decide(action, case).codes)
