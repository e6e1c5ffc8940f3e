"""Money: the card on file. Stripe holds the card, we hold what a person recognises it by."""
