"""What stays behind of other people's packages, each with the reason. Everything else is shipped as it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from infra.bundling import BundleError
from infra.bundling.lazily import lazily, when_called


@dataclass(frozen=True)
class Trim:
    """Files of one distribution (`*`: of any) that no bundle carries; `*` in a pattern also spans folders."""

    distribution: str
    drop: tuple[str, ...]
    reason: str
    keep: tuple[str, ...] = ()


TRIMS = (
    Trim("*", ("*.pyi", "*/py.typed"), "read by type checkers only"),
    Trim("*", ("*.c", "*.h", "*.pxd", "*.pyx"), "sources of what is shipped compiled"),
    Trim("*", ("bin/*",), "commands for people"),
    Trim("*", ("*/tests/*", "*/fuzzing/*", "*/benchmarks/*"), "tests of the package itself"),
    Trim(
        "*",
        ("*.dist-info/*",),
        "read by installers only; holidays asks for its own version when it is imported",
        keep=("holidays-*.dist-info/METADATA",),
    ),
    Trim("botocore", ("botocore/data/*",), "of 400 services we call a few; `sdk` puts those in, in the US only"),
    Trim("cffi", ("cffi/*",), "builds extensions; cryptography's is built, and needs only _cffi_backend"),
    Trim(
        "babel",
        ("babel/locale-data/*",),
        "others' languages; ours are those of the United States, which inherit from these",
        keep=tuple(f"babel/locale-data/{name}.dat" for name in ("root", "en", "en_US", "es", "es_419", "es_US")),
    ),
    Trim("babel", ("babel/messages/*",), "reads and writes catalogues of translations; we format dates"),
    Trim(
        "holidays",
        ("holidays/countries/*", "holidays/financial/*", "holidays/locale/*"),
        "other countries, stock exchanges, and the holidays' names in their languages",
        keep=(
            "holidays/countries/__init__.py",
            "holidays/countries/united_states.py",
            "holidays/locale/en_US/LC_MESSAGES/US.mo",
        ),
    ),
    Trim("holidays", ("holidays/generate_ics.py", "holidays/ical.py"), "writes calendar files"),
    Trim(
        "aws-lambda-powertools",
        ("*/swagger_ui/*.js", "*/swagger_ui/*.css"),
        "a documentation page that no function serves",
    ),
    Trim("pydantic", ("pydantic/mypy.py",), "a plug-in of mypy"),
    Trim("stripe", ("stripe/params/*",), "types of parameters: mypy reads them, nothing imports them at run time"),
)

UNNEEDED = {
    ("cffi", "pycparser"): "reads C declarations when extensions are built",
    ("stripe", "requests"): "tried at the first import and done without; our client speaks through urllib3",
}
"""What a distribution requires and does not need here: who, what, why."""


def _only_the_united_states(text: str) -> str:
    """The list of countries, down to one: importing it would import each of them, whose files are not there."""
    ours = [line for line in text.splitlines() if line.startswith("from holidays.countries.united_states import ")]
    if len(ours) != 1:
        raise BundleError("holidays lists its countries in another way than it did; look at its countries/__init__.py")
    return f"{ours[0]}\n"


def _without_plug_ins(text: str) -> str:
    """No bundle carries a plug-in of pydantic's; to look for one reads what is installed, at the first model."""
    if "def get_plugins() -> Iterable[PydanticPluginProtocol]:" not in text:
        raise BundleError("pydantic looks for plug-ins in another way than it did; look at its plugin/_loader.py")
    return "def get_plugins():\n    return ()\n"


def _without_asyncio(text: str) -> str:
    """Stripe's client can also be asked without waiting; ours waits, so what that takes is imported if it ever is."""
    whole, asleep = "\nimport asyncio\n", "return asyncio.sleep("
    if (text.count("asyncio"), text.count(whole), text.count(asleep)) != (2, 1, 1):
        raise BundleError("stripe uses asyncio for more than it did; look at its _http_client.py")
    return text.replace(whole, "\n").replace(asleep, "return __import__('asyncio').sleep(")


REWRITES: Mapping[str, Callable[[str], str]] = {
    "holidays/countries/__init__.py": _only_the_united_states,
    "aws_lambda_powertools/__init__.py": lazily,
    "aws_lambda_powertools/event_handler/__init__.py": lazily,
    "aws_lambda_powertools/event_handler/openapi/__init__.py": lazily,
    "aws_lambda_powertools/utilities/data_classes/__init__.py": lazily,
    "botocore/docs/__init__.py": when_called,
    "botocore/docs/docstring.py": when_called,
    "cryptography/hazmat/primitives/ciphers/__init__.py": lazily,
    "stripe/_http_client.py": _without_asyncio,
    "stripe/_stripe_client.py": when_called,
    "urllib3/http2/__init__.py": when_called,
    "pydantic/plugin/_loader.py": _without_plug_ins,
}
"""Files that are shipped in another form than they were installed."""


def stays_behind(distribution: str, path: str) -> bool:
    """Whether no bundle carries `path` of `distribution`."""
    return any(_applies(trim, distribution, path) for trim in TRIMS)


def _applies(trim: Trim, distribution: str, path: str) -> bool:
    if trim.distribution not in {"*", distribution}:
        return False
    return _fits(path, trim.drop) and not _fits(path, trim.keep)


def _fits(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)
