"""`python -m local.simulation [--steps N] [--seeds N] [--first SEED]`: a run for each seed, until one breaks."""

import argparse
import sys

from local.simulation.run import BrokenInvariantError, simulate


def main() -> int:
    """Run; 1 where something that must hold did not."""
    parser = argparse.ArgumentParser(description="Many people at once, and what must hold all the same.")
    parser.add_argument("--steps", type=int, default=400, help="of each run")
    parser.add_argument("--seeds", type=int, default=1, help="how many runs")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    given = parser.parse_args()
    for seed in range(given.first, given.first + given.seeds):
        try:
            simulate(seed, given.steps)
        except BrokenInvariantError as error:
            sys.stderr.write(f"{error}\n\nAgain: make simulate STEPS={given.steps} SEED={seed}\n")
            return 1
        sys.stdout.write(f"seed {seed}: {given.steps} steps, everything held\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
