"""The AWS SDK, cut down to the services that we call and to the United States.

The SDK reads its service models and endpoints at every cold start; less of it is faster. What is left knows no region
elsewhere: each service's rules begin with one that refuses it, so our code cannot even ask a place abroad (D4).
"""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.bundling import BundleError
from infra.stages import REGIONS

DATA = "botocore/data"
_SHARED = ("_retry.json", "sdk-default-configuration.json")
_PER_SERVICE = ("endpoint-rule-set-1", "paginators-1", "service-2", "service-2.sdk-extras", "waiters-2")

Json = dict[str, Any]


def data(site: Path, services: Collection[str]) -> Iterator[tuple[str, str]]:
    """Path and text of each data file that clients of `services` need, from the SDK installed in `site`.

    Plain JSON, without what is only for people: the zip packs it, and nothing has to be unpacked twice at a cold start.
    """
    folder = site / DATA
    for name in _SHARED:
        yield f"{DATA}/{name}", _text(_json(folder / name))
    prefixes = set()
    for service in sorted(services):
        newest = _newest(folder, service)
        for name in _PER_SERVICE:
            if (found := _find(newest, name)) is None:
                continue
            content = _json(found)
            if name == "service-2":
                prefixes.add(content["metadata"]["endpointPrefix"])
                content = without_documentation(content)
            elif name == "endpoint-rule-set-1":
                content = only_in_us(without_documentation(content))
            yield f"{DATA}/{service}/{newest.name}/{name}.json", _text(content)
    yield f"{DATA}/endpoints.json", _text(us_endpoints(_json(folder / "endpoints.json"), prefixes))
    yield f"{DATA}/partitions.json", _text(us_partitions(_json(folder / "partitions.json")))


def service_of(path: str) -> str | None:
    """The service whose file `path` is; None for what is no service's."""
    parts = path.removeprefix(f"{DATA}/").split("/")
    return parts[0] if path.startswith(f"{DATA}/") and len(parts) > 1 else None


def us_endpoints(endpoints: Json, prefixes: Collection[str]) -> Json:
    """The classic endpoints, of these services in the regions of the United States."""
    partitions = []
    for partition in endpoints["partitions"]:
        regions = _in_us(partition["regions"])
        if not regions:
            continue
        services = {name: service for name, service in partition["services"].items() if name in prefixes}
        partitions.append(
            {
                **partition,
                "regionRegex": _exactly(regions),
                "regions": regions,
                "services": {name: _us_service(service) for name, service in services.items()},
            }
        )
    return {**endpoints, "partitions": partitions}


def us_partitions(partitions: Json) -> Json:
    """The partitions that have a region in the United States, with these regions only."""
    cut = []
    for partition in partitions["partitions"]:
        if regions := _in_us(partition["regions"]):
            cut.append({**partition, "regionRegex": _exactly(regions), "regions": regions})
    return {**partitions, "partitions": cut}


def only_in_us(rules: Json) -> Json:
    """A service's endpoint rules with one in front that refuses every region but those of the United States."""
    elsewhere = [{"fn": "not", "argv": [_same("Region", region)]} for region in REGIONS]
    refusal = {
        "conditions": [{"fn": "isSet", "argv": [{"ref": "Region"}]}, *elsewhere],
        "error": "Careway calls AWS in the United States only",
        "type": "error",
    }
    return {**rules, "rules": [refusal, *rules["rules"]]}


def without_documentation(model: Any) -> Any:
    """A model without its texts for people. A member that happens to bear that name is no text, and stays."""
    match model:
        case dict():
            kept = {
                name: value for name, value in model.items() if name != "documentation" or not isinstance(value, str)
            }
            return {name: without_documentation(value) for name, value in kept.items()}
        case list():
            return [without_documentation(value) for value in model]
    return model


def _in_us(regions: Mapping[str, Any]) -> Json:
    return {name: about for name, about in regions.items() if name in REGIONS}


def _exactly(regions: Collection[str]) -> str:
    return f"^({'|'.join(sorted(regions))})$"


def _us_service(service: Json) -> Json:
    """Also kept are the older names of a region's own variants, such as `fips-us-east-1`."""
    endpoints = {
        name: endpoint
        for name, endpoint in service.get("endpoints", {}).items()
        if any(region in name for region in REGIONS) or name == service.get("partitionEndpoint")
    }
    return {**service, "endpoints": endpoints}


def _same(parameter: str, value: str) -> Json:
    return {"fn": "stringEquals", "argv": [{"ref": parameter}, value]}


def _newest(folder: Path, service: str) -> Path:
    versions = sorted(place for place in (folder / service).glob("*") if _find(place, "service-2"))
    if not versions:
        raise BundleError(f"the AWS SDK knows no service {service}")
    return versions[-1]


def _find(folder: Path, name: str) -> Path | None:
    for file in (folder / f"{name}.json", folder / f"{name}.json.gz"):
        if file.is_file():
            return file
    return None


def _json(file: Path) -> Any:
    raw = file.read_bytes()
    return json.loads(gzip.decompress(raw) if file.suffix == ".gz" else raw)


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
