"""What a booking may read of care."""

from functions.care.contract import IntakeKind, intake_done, intake_key
from functions.shared.ids import MemberId
from functions.shared.settings import environment


def test_each_kind_of_form_has_a_place_of_its_own_with_its_member():
    token = environment.set({"CARE_TABLE": "care"})
    keys = [intake_key(MemberId("mbr_1"), kind) for kind in IntakeKind]
    environment.reset(token)
    assert keys == [("care", "MBR#mbr_1", "INTAKE#therapy"), ("care", "MBR#mbr_1", "INTAKE#psychiatry")]


def test_a_form_is_done_once_it_stands_there_whatever_its_version():
    assert not intake_done(None)
    assert intake_done({"form_version": 1, "v": 3})
