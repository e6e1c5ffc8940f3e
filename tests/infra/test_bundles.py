import ast
import json
import os
import re
import struct
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from infra import bundles as packing
from infra.bundling import BundleError, sdk, trimming
from infra.bundling.libraries import HOST, LAMBDA, closure, in_use, installed, libraries
from infra.bundling.reach import STATEMENTS, at_run_time, reach
from infra.bundling.shelf import Stock, shipped, stocked

ROOT = packing._ROOT
AS_IN_LAMBDA = {
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}
PYTHON_3_13 = (3571).to_bytes(2, "little") + b"\r\n"  # importlib's MAGIC_NUMBER
UNCHECKED = (1).to_bytes(4, "little")  # PEP 552: by hash, and not compared with the source
AARCH64 = 183  # e_machine, ELF for the Arm 64-bit Architecture
ABROAD = ["eu-west-1", "ca-central-1", "mx-central-1", "ap-southeast-2", "us-iso-east-1"]
DOMAINS = {"care", "eligibility", "notifications", "payments", "privacy", "scheduling"}
MAIL_ONLY = {"babel", "holidays", "icalendar", "jinja2", "markupsafe"}
FORMS_ONLY = {"jsonschema", "jsonschema-specifications", "referencing", "rpds-py", "attrs"}


@pytest.fixture(scope="session")
def host():
    return packing._bundles("host")


@pytest.fixture(scope="session")
def arm(template):
    return packing.bundles(LAMBDA, template)


@pytest.fixture(scope="session")
def site():
    return installed(HOST, ROOT, packing._KEPT)


@pytest.fixture(scope="session")
def known(site):
    return libraries(site, HOST.markers())


def alone(path, code, **environment):
    """What `code` prints as JSON, run by an interpreter that can import from `path` and nowhere else."""
    paths = [str(each) for each in (path if isinstance(path, list) else [path])]
    start = f"import json, sys; sys.path[:0] = {paths!r}\n"
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", start + code]
    done = subprocess.run(  # noqa: S603 - this Python
        command, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def everything(folder):
    return {
        file.relative_to(folder).as_posix(): file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()
    }


RUN = """
import importlib
handler, modules, services = json.loads(sys.argv[1])
name, _, function = handler.rpartition(".")
assert callable(getattr(importlib.import_module(name), function))
for module in modules:
    importlib.import_module(module)
from functions.shared.aws import client
made = {service: client(service).meta.region_name for service in services}
from_elsewhere = [n for n, m in sys.modules.items() if not (getattr(m, "__file__", None) or sys.prefix).startswith(
    (sys.path[0], sys.prefix, sys.base_prefix))]
print(json.dumps([made, from_elsewhere]))
"""


def run_all_of(bundle, function):
    """Import everything that a function's handler can reach, in the environment that the template gives it."""
    given = {
        name: value if isinstance(value, str) else "7" for name, value in function["Environment"]["Variables"].items()
    }
    question = json.dumps([function["Handler"], bundle.reach.modules, sorted(bundle.reach.services)])
    folder = packing.unpacked(bundle.function)
    before = everything(folder)
    code = RUN.replace("json.loads(sys.argv[1])", repr(json.loads(question)))
    made, from_elsewhere = alone(folder, code, **AS_IN_LAMBDA, **given)
    assert made == dict.fromkeys(bundle.reach.services, "us-east-1")
    assert from_elsewhere == []
    assert everything(folder) == before
    return bundle.function


def test_every_function_runs_from_its_bundle_alone_and_makes_its_clients(host, properties):
    functions = properties("AWS::Lambda::Function")
    with ThreadPoolExecutor(2) as pool:
        ran = list(pool.map(run_all_of, host.values(), [functions[name] for name in host]))
    assert set(ran) == set(functions)


def test_bundles_are_made_for_the_runtime_of_the_template(properties):
    for function in properties("AWS::Lambda::Function").values():
        assert function["Runtime"] == f"python{LAMBDA.python}"
        assert [LAMBDA.platform.partition("-")[0]] == [{"arm64": "aarch64"}[a] for a in function["Architectures"]]


def test_stripe_is_shipped_with_functions_that_have_its_key_and_with_no_other(arm, properties):
    keyed = {
        name
        for name, function in properties("AWS::Lambda::Function").items()
        if "STRIPE_SECRET" in function["Environment"]["Variables"]
    }
    assert {name for name, bundle in arm.items() if "stripe" in bundle.distributions} == keyed
    assert {name for name, bundle in arm.items() if any(path.startswith("stripe/") for path in bundle.paths)} == keyed


def test_what_one_function_needs_is_shipped_with_that_one(arm):
    with_mail = {name for name, bundle in arm.items() if MAIL_ONLY & set(bundle.distributions)}
    with_forms = {name for name, bundle in arm.items() if FORMS_ONLY & set(bundle.distributions)}
    assert with_mail == {"NotificationsMail"}
    assert with_forms == {"CareApi"}


def test_the_router_is_shipped_with_nothing_but_what_answers_http(arm, properties, named):
    called = {
        named(permission["FunctionName"])
        for permission in properties("AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
    }
    routed = {name for name, bundle in arm.items() if any(path.endswith("api_gateway.py") for path in bundle.paths)}
    assert {"CareApi", "PaymentsApi"} <= routed <= called


def test_no_bundle_carries_what_is_not_run_there(arm):
    for bundle in arm.values():
        tops = {path.partition("/")[0] for path in bundle.paths}
        assert not tops & {"local", "infra", "tests", "bench", "moto", "pytest", "pip", "bin", "aws_cdk"}
        assert not [path for path in bundle.paths if path.endswith((".pyi", "RECORD", "py.typed"))]


def domains_in(bundle):
    return {path.split("/")[1] for path in bundle.paths if path.startswith("functions/")} & DOMAINS


def test_a_bundle_carries_no_domain_but_those_that_its_handler_imports(arm):
    assert domains_in(arm["Relay"]) == set()
    assert domains_in(arm["StripeWebhook"]) == {"payments"}
    assert domains_in(arm["PrivacyJobs"]) == DOMAINS
    assert not [path for path in arm["StripeWebhook"].paths if "stripe_gateway" in path]


def test_every_file_of_the_functions_that_is_not_code_is_shipped_with_a_function_that_reads_it(arm):
    files = {path for path in (ROOT / "functions").rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    assert {file.relative_to(ROOT).as_posix() for file in files} <= set().union(*(b.paths for b in arm.values()))
    assert "functions/care/forms/therapy-1.json" in arm["CareApi"].paths
    assert "functions/notifications/templates/letter.html.j2" in arm["NotificationsMail"].paths
    assert not [path for path in arm["Relay"].paths if path.endswith((".j2", "-1.json")) and "functions" in path]


def test_what_is_compiled_is_compiled_for_arm(arm):
    compiled = {bundle.shelf / path for bundle in arm.values() for path in bundle.paths if path.endswith(".so")}
    assert {file.name.partition(".")[0] for file in compiled} >= {"_rust", "_pydantic_core", "_cffi_backend"}
    for file in compiled:
        head = file.read_bytes()[:20]
        assert head[:4] == b"\x7fELF"
        assert struct.unpack_from("<H", head, 18)[0] == AARCH64
        assert ".abi3." in file.name or "cpython-313-aarch64" in file.name


def test_every_wheel_is_pure_or_for_arm():
    wheels = list(installed(LAMBDA, ROOT, packing._KEPT).glob("*.dist-info/WHEEL"))
    tags = [tag for wheel in wheels for tag in re.findall(r"^Tag: .*-(\S+)$", wheel.read_text(), re.MULTILINE)]
    assert len(wheels) > 20
    assert [tag for tag in tags if tag != "any" and "aarch64" not in tag] == []


def test_no_zip_is_larger_than_twenty_megabytes(arm):
    """Byte code adds up to three fifths; where there is none for the runtime, the zip has to leave room for it."""
    largest = 12_000_000 if packing.without_byte_code(LAMBDA) else 20_000_000
    assert {name: bundle.zip_bytes for name, bundle in arm.items() if bundle.zip_bytes > largest} == {}


def test_a_zip_that_is_too_large_is_named_and_nothing_is_written(arm, monkeypatch, tmp_path):
    monkeypatch.setattr(packing, "LARGEST_ZIP", arm["CareApi"].zip_bytes - 1)
    monkeypatch.setattr(packing, "_KEPT", tmp_path)
    with pytest.raises(BundleError, match="CareApi"):
        packing.zips({name: arm[name] for name in ("CareApi", "Relay")})
    assert list(tmp_path.iterdir()) == []


def test_a_zip_holds_the_bundle_and_its_size_is_known_before(host, tmp_path):
    relay = host["Relay"]
    packed = relay.zip_into(tmp_path)
    assert packed.stat().st_size == relay.zip_bytes
    with zipfile.ZipFile(packed) as content:
        assert content.namelist() == sorted(everything(packing.unpacked("Relay")))
        assert {entry.date_time for entry in content.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in content.infolist()} == {0o100644}


def small_stock(site, known):
    return Stock(
        HOST,
        site,
        [known[name] for name in ("six", "typing-extensions", "jmespath", "annotated-types")],
        services={"events"},
        sources={path: (ROOT / path).read_bytes() for path in ("functions/shared/log.py", "functions/shared/clock.py")},
    )


def test_the_same_sources_give_the_same_bytes_wherever_and_whenever_they_are_packed(site, known, tmp_path):
    zips = []
    for place in ("here", "there/and/deeper"):
        kept = tmp_path / place
        kept.mkdir(parents=True)
        shelf = stocked(small_stock(site, known), kept)
        bundle = packing.Bundle(
            "One", reach("functions.shared.log.info", ROOT), (), shelf, tuple(sorted(everything(shelf)))
        )
        zips.append((bundle.digest, bundle.zip_into(kept).read_bytes()))
    assert zips[0] == zips[1]


def test_a_changed_source_gives_another_version(site, known, tmp_path, host):
    stock = small_stock(site, known)
    changed = Stock(
        HOST, site, stock.libraries, stock.services, {**stock.sources, "functions/shared/log.py": b"x = 1\n"}
    )
    digests = set()
    for each in (stock, changed):
        shelf = stocked(each, tmp_path)
        one = packing.Bundle("One", host["Relay"].reach, (), shelf, tuple(sorted(everything(shelf))))
        digests.add(packing.version({"One": one}))
        digests.add(packing.version({"Other": one}))
    assert len(digests) == 4
    assert all(re.fullmatch("[0-9a-f]{12,64}", digest) for digest in digests)


def test_byte_code_is_run_without_a_look_at_its_source(tmp_path):
    packed = packing._bundles("host")["Relay"].zip_into(tmp_path)
    with zipfile.ZipFile(packed) as content:
        content.extractall(tmp_path)  # dated today: another time than that of the sources when they were compiled
    source = tmp_path / "functions" / "shared" / "clock.py"
    source.write_text("raise AssertionError('compiled again')\n", encoding="utf-8")
    before = everything(tmp_path)
    code = "import functions.shared.relay, functions.shared.clock as c; print(json.dumps(c.__cached__))"
    assert alone(tmp_path, code).startswith(str(tmp_path))
    assert everything(tmp_path) == before
    assert {path for path in before if path.endswith(".py")} == {
        packing._source_of(path) for path in before if path.endswith(".pyc")
    }


def another_pythons():
    """Where a Python of Lambda's version may lie on this machine, also past the shims of pyenv."""
    version = LAMBDA.python
    found = [*Path.home().glob(f".pyenv/versions/{version}.*/bin")]
    return [str(each) for each in [*found, *Path.home().glob(f".local/share/uv/python/cpython-{version}.*/bin")]]


def test_a_bundle_for_lambda_has_byte_code_of_its_python_or_is_said_to_have_none(site, known, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.pathsep.join([*another_pythons(), os.environ["PATH"]]))
    target = replace(LAMBDA)  # which Python is at hand is asked for once per target
    small = small_stock(site, known)
    reached = reach("functions.shared.clock.clock", ROOT)
    sources = {path: (ROOT / path).read_bytes() for path in reached.files}
    shelf = stocked(replace(small, target=target, sources=sources), tmp_path)
    picked = set(packing._picked(packing._files(shelf), reached, ["six.py"]))
    code = {path: path.removesuffix(".py").rpartition("/") for path in picked if path.endswith(".py")}
    compiled = {f"{folder}{slash}__pycache__/{name}.cpython-313.pyc" for folder, slash, name in code.values()}
    assert {"functions/shared/clock.py", "six.py"} <= picked
    assert picked - code.keys() == (compiled if target.interpreter else set())
    said = packing.without_byte_code(target)
    assert said is None if target.interpreter else f"No byte code: python{LAMBDA.python} is not on the PATH" in said
    for path in picked - code.keys():
        assert (shelf / path).read_bytes()[:8] == PYTHON_3_13 + UNCHECKED


def test_what_was_made_before_goes_when_it_was_not_used_for_a_day(tmp_path):
    now, before, long_ago, other = (
        tmp_path / name for name in ("shelf-host-3", "shelf-host-2", "shelf-host-1", "zips-1")
    )
    for place in (now, before, long_ago, other):
        place.mkdir()
    for place in (now, long_ago, other):
        os.utime(place, (0, 0))
    assert in_use(now) == now
    assert set(tmp_path.iterdir()) == {now, before, other}


def test_a_python_that_cannot_be_started_is_not_at_hand(monkeypatch, tmp_path):
    shim = tmp_path / f"python{LAMBDA.python}"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    elsewhere = type(LAMBDA)("lambda", "3.99", LAMBDA.platform)
    shim.rename(tmp_path / "python3.99")
    assert elsewhere.interpreter is None
    assert "python3.99 is not on the PATH" in packing.without_byte_code(elsewhere)
    assert packing.without_byte_code(HOST) is None


# What is left out


def used_by(bundles):
    return set().union(*(bundle.distributions for bundle in bundles.values()))


def test_every_trim_leaves_something_out_and_says_why(host, known):
    for trim in trimming.TRIMS:
        assert len(trim.reason) > 10
        owners = [known[name] for name in used_by(host) if trim.distribution in {"*", name}]
        files = [(owner.name, path) for owner in owners for path in owner.files]
        assert [path for name, path in files if trimming._applies(trim, name, path)], trim
        assert all(any(trimming._fits(path, (keep,)) for _, path in files) for keep in trim.keep), trim
    for who, what in trimming.UNNEEDED:
        assert what in known[who].requires


def test_every_rewrite_meets_a_file_that_is_shipped(host, site):
    shipped = {path for bundle in host.values() for path in bundle.paths}
    for path, rewrite in trimming.REWRITES.items():
        installed_as = (site / path).read_text(encoding="utf-8")
        assert path in shipped
        assert rewrite(installed_as) != installed_as


def test_nothing_that_is_shipped_imports_what_stays_behind(host, site, known):
    used = used_by(host)
    there = {module for name in used for module in map(module_named, known[name].files)}
    taken = {module for name in used for module in map(module_named, shipped(known[name]))}
    behind = there - taken - {""}
    assert {"stripe.params", "cffi", "holidays.countries.canada", "babel.messages"} < behind
    shelf = host["Relay"].shelf
    broken = [
        (path, name)
        for library in sorted(used)
        for path in shipped(known[library])
        if path.endswith(".py")
        for name in imported_by(path, (shelf / path).read_text(encoding="utf-8"))
        if name in behind
    ]
    assert broken == []


def module_named(path):
    """The module whose file `path` is; empty for other files."""
    if not path.endswith((".py", ".so")):
        return ""
    return path.partition(".")[0].removesuffix("/__init__").replace("/", ".")


def imported_by(path, text):
    package = path.split("/")[:-1]
    for node in at_run_time(ast.parse(text), STATEMENTS):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


ENDPOINTS = """
from botocore.config import Config
from botocore.session import get_session
session = get_session()
regions, services = ({regions!r}, {services!r})
def asked(service, region, fips):
    client = session.create_client(service, region_name=region, aws_access_key_id="a", aws_secret_access_key="b",
                                   config=Config(use_fips_endpoint=fips))
    operation = client.meta.service_model.operation_names[0]
    try:
        url, headers, properties = client._resolve_endpoint_ruleset(
            client.meta.service_model.operation_model(operation), {{}}, {{"client_region": region}})
    except Exception as error:
        return type(error).__name__
    return [url, client.meta.endpoint_url, client.meta.region_name, client._request_signer.signing_name, properties]
print(json.dumps([[s, r, f, asked(s, r, f)] for s in services for r in regions for f in (False, True)], default=str))
"""


def endpoints(path, regions, host):
    services = sorted(set().union(*(bundle.reach.services for bundle in host.values())))
    return alone(path, ENDPOINTS.format(regions=list(regions), services=services))


def test_in_the_united_states_the_trimmed_sdk_finds_every_service_where_the_full_one_does(host, site):
    shelf = host["Relay"].shelf
    found = endpoints(shelf, sdk.REGIONS, host)
    assert found == endpoints(site, sdk.REGIONS, host)
    assert ["dynamodb", "us-east-1", False] in [answer[:3] for answer in found]
    assert all(isinstance(answer[3], list) and "us-" in answer[3][0] for answer in found)


def test_abroad_the_trimmed_sdk_finds_nothing(host):
    for *_, answer in endpoints(host["Relay"].shelf, ABROAD, host):
        assert answer in {"EndpointProviderError", "EndpointResolutionError"}


def test_the_sdk_knows_every_region_that_a_stage_may_stand_in(site):
    told = json.loads((site / sdk.DATA / "endpoints.json").read_text(encoding="utf-8"))
    regions = {region for partition in told["partitions"] for region in partition["regions"]}
    assert set(sdk.REGIONS) <= regions


def test_a_function_has_the_sdk_s_data_on_its_own_services_only(arm):
    for bundle in arm.values():
        told = {sdk.service_of(path) for path in bundle.paths if path.startswith(f"{sdk.DATA}/")} - {None}
        assert told == bundle.reach.services
    assert arm["Relay"].reach.services == {"dynamodb", "events"}
    assert "cognito-idp" in arm["PrivacyJobs"].reach.services


def test_of_a_service_s_model_only_texts_are_left_out():
    model = {
        "operations": {"Get": {"documentation": "<p>Gets.</p>", "input": {"shape": "Page"}}},
        "shapes": {"Page": {"members": {"documentation": {"shape": "Text", "documentation": "words"}}, "enum": ["a"]}},
    }
    assert sdk.without_documentation(model) == {
        "operations": {"Get": {"input": {"shape": "Page"}}},
        "shapes": {"Page": {"members": {"documentation": {"shape": "Text"}}, "enum": ["a"]}},
    }


SAID = """
from datetime import UTC, date, datetime, timedelta
from functions.notifications.business_days import business_days_after
from functions.notifications.wall_clock import WallClock
from functions.shared.words import Language
import holidays
said = [str(business_days_after(date(2025, 1, 1) + timedelta(days=n), 5)) for n in range(0, 3650, 3)]
said += [f"{day} {name}" for day, name in sorted(holidays.country_holidays("US", years=range(2020, 2050)).items())]
start = datetime(2026, 1, 5, 15, 30, tzinfo=UTC)
for language in Language:
    for zone in ("America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu", "America/Anchorage",
                 "America/Puerto_Rico", "Pacific/Guam", "Europe/Madrid"):
        for n in range(0, 366, 13):
            at = start + timedelta(days=n, hours=n)
            told = WallClock(zone, language)
            said += [told.day(at.date()), told.time(at), told.zone_name(at)]
print(json.dumps(said))
"""


def test_dates_holidays_and_zones_are_told_as_by_the_full_libraries(host, site):
    said = alone(packing.unpacked("NotificationsMail"), SAID)
    assert said == alone([site, ROOT], SAID)
    assert "lunes, 5 de enero de 2026" in said
    assert "2026-07-03 Independence Day (observed)" in said


# What a function imports


@pytest.fixture
def tree(tmp_path):
    def write(**modules):
        for name, text in modules.items():
            path = tmp_path / "functions" / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (tmp_path / "functions" / "__init__.py").touch()
        return tmp_path

    return write


def test_an_import_inside_a_function_counts_and_one_for_types_does_not(tree):
    root = tree(
        a="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    from functions import types_only\n    import stripe\n"
        "def late():\n    from functions.b import thing\n    import jsonschema.validators\n",
        b="from . import c\nfrom zoneinfo import ZoneInfo\n",
        c="import json",
        types_only="",
        unused="",
    )
    found = reach("functions.a.late", root)
    assert found.modules == ["functions", "functions.a", "functions.b", "functions.c"]
    assert found.packages == {"jsonschema", "tzdata"}


def test_files_beside_a_module_come_along_when_it_names_them_and_knows_where_it_is(tree):
    root = tree(a='from pathlib import Path\nWORDS = Path(__file__).parent / "words"\n', b='NAME = "words"\n')
    (root / "functions" / "words").mkdir()
    (root / "functions" / "words" / "crisis.txt").touch()
    assert "functions/words/crisis.txt" in reach("functions.a.x", root).files
    assert "functions/words/crisis.txt" not in reach("functions.b.x", root).files


@pytest.mark.parametrize(
    "text",
    [
        "import importlib\n",
        "from importlib import import_module\n",
        "import boto3\nboto3.client('s3')\n",
        "from botocore.session import get_session\nget_session().create_client('s3')\n",
        "import boto3\ntable = boto3.resource('dynamodb')\n",
        "from functions.shared.aws import client\nclient(name)\n",
        "from functions.shared.aws import client as made\nmade('kms')\n",
        "from functions.shared import aws\naws.client('kms')\n",
        "from boto3 import Session\nSession()\n",
        "__import__('stripe')\n",
    ],
)
def test_what_cannot_be_followed_by_reading_is_refused(tree, text):
    with pytest.raises(BundleError):
        reach("functions.a.x", tree(a=text))


def test_a_handler_that_is_not_there_is_named(tree):
    with pytest.raises(BundleError, match=r"functions\.nowhere\.handler"):
        reach("functions.nowhere.handler", tree(a=""))


def test_what_a_library_requires_on_another_python_is_not_shipped(site):
    on_arm = libraries(site, LAMBDA.markers())
    assert LAMBDA.markers()["platform_machine"] == "aarch64"
    assert "typing-extensions" not in on_arm["referencing"].requires  # needed before Python 3.13 only
    assert "python-dateutil" in closure({"boto3"}, on_arm, ())
    assert "pycparser" in closure({"cryptography"}, on_arm, ())
    assert "pycparser" not in closure({"cryptography"}, on_arm, trimming.UNNEEDED)


def test_a_package_that_is_not_locked_is_named(known):
    with pytest.raises(BundleError, match="numpy"):
        closure({"boto3", "numpy"}, known, ())
