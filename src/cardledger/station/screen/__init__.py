"""The station on a whole terminal: for people, and read from two metres away.

The only place that imports Textual. `texts` is what it says, `drawing` how a part of it looks, as
pure functions of what is to be shown; `app` puts the parts together and hears the keys.
"""
