"""Cards that are not there: for training, demonstrations and tests of the station.

`cards` is what a card answers, `vpcd` lays it on a reader of pcscd, without hardware.
"""
