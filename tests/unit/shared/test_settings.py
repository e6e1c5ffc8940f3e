"""Settings are read when needed, from the environment of the function that runs."""

import threading

import pytest

from functions.shared.settings import MissingSettingError, environment, setting


@pytest.mark.parametrize("declared", [{}, {"OUTBOX_TABLE": ""}])
def test_a_missing_setting_fails_by_its_name_and_says_nothing_else(declared):
    token = environment.set({"OTHER": "secret-value", **declared})
    with pytest.raises(MissingSettingError) as missing:
        setting("OUTBOX_TABLE")
    environment.reset(token)
    assert missing.value.args == ("OUTBOX_TABLE",)


def test_a_setting_comes_from_the_process_unless_a_function_has_its_own(monkeypatch):
    monkeypatch.setenv("OUTBOX_TABLE", "of-the-process")
    assert setting("OUTBOX_TABLE") == "of-the-process"
    token = environment.set({"OUTBOX_TABLE": "of-the-function"})
    assert setting("OUTBOX_TABLE") == "of-the-function"
    environment.reset(token)
    monkeypatch.setenv("OUTBOX_TABLE", "changed")
    assert setting("OUTBOX_TABLE") == "changed"


def test_functions_in_parallel_each_have_their_own_settings():
    seen = {}

    def run(name: str, meet: threading.Barrier) -> None:
        environment.set({"NAME": name})
        meet.wait()
        seen[name] = setting("NAME")

    meet = threading.Barrier(4)
    threads = [threading.Thread(target=run, args=(f"function-{n}", meet)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {name: name for name in seen}
    assert len(seen) == 4
