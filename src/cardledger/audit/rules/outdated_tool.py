"""A school works with a program that is older than the policy allows.

The lowest versions are those of the policy on the day of the audit. School types that may keep
their CMIS may. Of a program of which nothing was recorded nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cardledger.actions.tool_installed import ToolWasInstalled
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "outdated-tool"
SEVERITY: Final = "notice"
SUBJECTS: Final = ("school",)
TODO: Final = _("Back up both databases and the photos, then install the required version.")

_MESSAGE: Final = _("School {school} has {tool} {version}; at least {lowest} is required.")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    policy = setting.policy(setting.moment)
    for tool, lowest in policy.lowest_tools.items():
        if tool == "cmis" and history.key[4:5] in policy.cmis_optional_types:
            continue
        version = history.school.tools.get(tool, "")
        number = _NUMBER.search(version)
        if number is not None and int(number[0]) < lowest:
            lines = [
                line
                for line in history.lines
                if isinstance(line.event, ToolWasInstalled) and line.event.program == tool
            ]
            yield Finding(
                rule=RULE,
                subjects=(history.tag, f"tool:{tool}"),
                positions=(lines[-1].position,),
                since=lines[-1].event.at,
                message=_MESSAGE,
                values={
                    "school": history.key,
                    "tool": tool,
                    "version": version,
                    "lowest": lowest,
                },
                which=f"{version}<{lowest}",
                school=history.key,
            )
