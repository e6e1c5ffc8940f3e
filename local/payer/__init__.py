"""The payer and clearinghouse stand-in: speaks X12 270/271 and two JSON shapes over HTTP on 127.0.0.1.

It knows nothing of `functions`: what it refuses is judged by the protocol and not by our own writer.
"""
