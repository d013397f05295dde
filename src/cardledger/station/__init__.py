"""The reader station: cards in hand, at a table in the school's office.

A *sign* is what a reader tells (`signs`); a *touch* is a card that was laid on, or a number that
somebody typed; an *act* (`acts/`, one file each) is what the station does with it; a *swipe* is
what became of it. Nothing that was acknowledged is lost: what cannot be written now waits in a
durable queue on this machine.
"""
