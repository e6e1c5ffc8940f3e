"""The DynamoDB engine: dynoxide as a child process, or whatever `DYNAMODB_ENDPOINT` names.

The child cannot outlive this process. A watcher holds the reading end of a pipe whose writing end only this
process has; when this process ends, however it ends, the pipe closes and the watcher ends the engine.
"""

import os
import platform
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from local.errors import SetupError

_ROOT = Path(__file__).resolve().parent.parent
_CPUS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_WATCHED = 'exec 3<&0; (read -r _ <&3; kill $$) & exec "$@" 3<&- </dev/null'
_STARTS_WITHIN_SECONDS = 10.0
_STOPS_WITHIN_SECONDS = 5.0


class Engine:
    """A running engine at `url`, until `stop` or the end of a `with`."""

    def __init__(self, data: Path | None = None) -> None:
        """Start dynoxide, in memory or with its file in the folder `data`; raises SetupError."""
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [str(_binary()), "--host", "127.0.0.1", "--port", str(port)]
        if data is not None:
            command += ["--db-path", str(data / "dynamodb.sqlite")]
        watched, lifeline = os.pipe()
        self._lifeline: int | None = lifeline
        try:
            self.process = _spawn(command, watched)
        finally:
            os.close(watched)
        try:
            self._wait_until_it_answers(port)
        except SetupError:
            self.stop()
            raise

    def stop(self) -> None:
        """End the child and wait until it is gone."""
        if self._lifeline is None:
            return
        os.close(self._lifeline)
        self._lifeline = None
        try:
            self.process.wait(_STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait_until_it_answers(self, port: int) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SetupError(f"the DynamoDB engine ended at once with code {self.process.returncode}")
            if _answers("127.0.0.1", port):
                return
            time.sleep(0.01)
        raise SetupError("the DynamoDB engine does not answer")


class Elsewhere:
    """An engine that somebody else runs, at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        if not parts.hostname or not _answers(parts.hostname, parts.port or 80):
            raise SetupError(f"nothing answers at DYNAMODB_ENDPOINT={url}: start that engine, or unset the variable")

    def stop(self) -> None:
        """Leave it running."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def engine(data: Path | None = None) -> Engine | Elsewhere:
    """The engine to use; raises SetupError that says what is missing."""
    endpoint = os.environ.get("DYNAMODB_ENDPOINT")
    return Elsewhere(endpoint) if endpoint else Engine(data)


def _spawn(command: list[str], lifeline: int) -> subprocess.Popen[bytes]:
    """Run `command` under the watcher, in a session of its own so that Ctrl-C reaches only this process."""
    return subprocess.Popen(  # noqa: S603 - our own binary and arguments
        ["/bin/sh", "-c", _WATCHED, "sh", *command],
        stdin=lifeline,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _binary() -> Path:
    system, cpu = platform.system().lower(), _CPUS.get(platform.machine().lower(), platform.machine())
    installed = _ROOT / "node_modules" / "@dynoxide" / f"{system}-{cpu}" / "dynoxide"
    if installed.exists():
        return installed
    if found := shutil.which("dynoxide"):
        return Path(found)
    raise SetupError(
        f"the DynamoDB engine dynoxide for {system}-{cpu} is missing: run `npm ci`, "
        "or start another engine and name it in DYNAMODB_ENDPOINT"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
