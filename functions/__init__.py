"""Careway's functions, a room a domain."""

import gc
import os

STARTED_BY_LAMBDA = "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ
"""Whether this process serves one function alone; not so in tests and in the local system."""

if STARTED_BY_LAMBDA:
    gc.disable()  # nothing that is loaded is garbage, and looking for some takes a tenth of init; see `entry.started`
