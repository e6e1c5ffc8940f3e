"""A zip is judged by what it would be with byte code."""

import pytest

from bench.sizes import Size, Sizes


@pytest.mark.parametrize(("without", "largest"), [(None, 20_000_000), ("No byte code.", 12_000_000)])
def test_a_zip_that_is_too_large_is_named(without, largest):
    fits, does_not = Size("Fits", largest, 1), Size("DoesNot", largest + 1, 1)
    [missed] = Sizes([does_not, fits], without).missed
    assert missed.startswith("DoesNot: ")
