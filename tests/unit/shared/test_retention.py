"""The registry's own grammar: what a kind covers, and that what is kept names its law."""

import pytest

from functions.shared.retention import FINANCIAL_RECORD, HEALTH_RECORD, HIPAA_DOCUMENTATION, Fate, Kind


def test_a_kind_covers_what_begins_as_it_says():
    kind = Kind("T", "MBR#", "CHECK#", "checks", Fate.ERASE)
    assert kind.covers("MBR#mbr_1", "CHECK#chk_1")
    assert not kind.covers("MBR#mbr_1", "CHECKED")
    assert not kind.covers("PRV#prv_1", "CHECK#chk_1")


@pytest.mark.parametrize("fate", [Fate.ERASE, Fate.EXPIRE, Fate.NOBODYS])
def test_only_what_is_kept_names_a_law(fate):
    Kind("T", "A", "B", "something", fate)
    with pytest.raises(ValueError, match="names its law"):
        Kind("T", "A", "B", "something", fate, HEALTH_RECORD)


def test_what_is_kept_names_its_law():
    assert Kind("T", "A", "B", "something", Fate.KEEP, HEALTH_RECORD).law is HEALTH_RECORD
    with pytest.raises(ValueError, match="names its law"):
        Kind("T", "A", "B", "something", Fate.KEEP)


def test_documentation_is_kept_six_years_and_records_seven():
    assert (HIPAA_DOCUMENTATION.years, HEALTH_RECORD.years, FINANCIAL_RECORD.years) == (6, 7, 7)
