"""The Stripe stand-in: customers, SetupIntents, cards, idempotency keys and signed webhooks, over HTTP on 127.0.0.1.

It knows nothing of `functions`: what it refuses is judged by Stripe's documentation and by the types of
Stripe's own library, and not by our own gateway.
"""
