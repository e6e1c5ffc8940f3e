import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest

from local import engine as engines
from local.engine import engine
from local.errors import SetupError

ROOT = Path(__file__).resolve().parents[2]


def dynamodb(url):
    return boto3.client("dynamodb", endpoint_url=url, region_name="us-east-1")


def make_table(client):
    client.create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def gone(pid):
    """Whether a process has ended, waited for since signals take a moment."""
    for _ in range(500):
        try:
            if "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]:
                return True
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


def test_the_engine_answers_and_is_gone_when_it_is_stopped():
    with engine() as running:
        make_table(dynamodb(running.url))
        assert dynamodb(running.url).list_tables()["TableNames"] == ["kept"]

    assert running.process.returncode is not None
    running.stop()


def test_it_is_reached_from_this_machine_alone():
    with engine() as running:
        port = int(running.url.rpartition(":")[2])
        with socket.socket() as elsewhere:
            assert elsewhere.connect_ex(("127.0.0.2", port)) != 0


def test_a_folder_keeps_what_was_written(tmp_path):
    with engine(tmp_path) as running:
        make_table(dynamodb(running.url))
        dynamodb(running.url).put_item(TableName="kept", Item={"pk": {"S": "kept"}})

    with engine(tmp_path) as running:
        assert dynamodb(running.url).get_item(TableName="kept", Key={"pk": {"S": "kept"}})["Item"] == {
            "pk": {"S": "kept"}
        }


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_engine_ends_with_its_parent_however_that_ends(how):
    code = "import time; from local.engine import engine; print(engine().process.pid, flush=True); time.sleep(600)"
    parent = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with parent:
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.send_signal(how)
        parent.wait(30)

    assert gone(child)


def test_a_missing_engine_is_named_with_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(engines, "_ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SetupError, match=r"dynoxide .* is missing: run `npm ci`.*DYNAMODB_ENDPOINT"):
        engine()


def test_an_engine_that_ends_at_once_is_an_error(monkeypatch, tmp_path):
    broken = tmp_path / "dynoxide"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(engines, "_ROOT", tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(SetupError, match="ended at once with code 3"):
        engine()


def test_another_engine_is_taken_from_the_environment_and_left_running(monkeypatch):
    with engine() as theirs:
        monkeypatch.setenv("DYNAMODB_ENDPOINT", theirs.url)
        with engine() as ours:
            assert ours.url == theirs.url
        assert dynamodb(theirs.url).list_tables()["TableNames"] == []

    with pytest.raises(SetupError, match="nothing answers at DYNAMODB_ENDPOINT"):
        engine()
