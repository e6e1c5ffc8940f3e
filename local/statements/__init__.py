"""The statement tool's stand-in: it is told of sessions, adjudicates them by rule, and sends signed statements.

It knows nothing of `functions`: who a member is to it is their member number alone.
"""
