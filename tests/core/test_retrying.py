"""Retry keys are HMAC-SHA256, as anybody can compute it from the same secret."""

from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from cardledger.retrying import Keying


@given(st.binary(min_size=1, max_size=64), st.lists(st.binary(), max_size=3))
def test_a_retry_key_is_the_beginning_of_an_hmac(secret: bytes, texts: list[bytes]) -> None:
    keying = Keying(secret)
    for text in texts:
        assert keying.key(text) == hmac.digest(secret, text, "sha256")[:12].hex()
