"""The Stripe stand-in: customers, cards, payments, refunds, Checkout, idempotency keys and signed webhooks, over HTTP.

It knows nothing of `functions`: what it refuses is judged by Stripe's documentation and by the types of
Stripe's own library, and not by our own gateway.
"""
