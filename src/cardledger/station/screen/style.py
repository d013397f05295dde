"""Where the parts of the screen lie, and their colours."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
Screen { layout: vertical; background: #10151a; color: #e6e6e6; }
Static { text-wrap: nowrap; text-overflow: clip; }
#head { height: 1; background: #26384a; color: #ffffff; text-style: bold; }
#card { height: auto; }
#faults { height: auto; max-height: 6; background: #4a2c00; color: #ffd27f; }
#question { height: auto; background: #f0e442; color: #000000; text-style: bold; }
#entry { height: 1; margin-bottom: 0; background: #26384a; }
#prompt { width: auto; text-style: bold; color: #ffffff; }
#typed { width: 1fr; background: #000000; color: #ffffff; }
#lower { height: 1fr; }
#rows { width: 1fr; height: 100%; }
#side { width: 26; height: 100%; padding: 0 1; background: #182028; }
#pages { height: 1fr; padding: 0 2; }
#page { height: auto; width: 1fr; }
#status { height: 1; background: #26384a; color: #ffffff; }
#keys { height: 1; }
"""
