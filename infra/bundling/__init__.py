"""What is deployed: for each function a zip of only what it imports, for arm64 and Python 3.13.

`reach` reads what a function imports, `libraries` installs what that needs for a target, `trimming` says what of it
stays behind and why, `sdk` cuts the AWS SDK down to our services and the United States, `shelf` puts all that,
compiled, into one folder per target, and `infra.bundles` picks from it for each function.
"""


class BundleError(RuntimeError):
    """A bundle could not be made; the message says why."""
