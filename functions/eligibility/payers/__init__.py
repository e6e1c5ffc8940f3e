"""The payer gateway: asks one question through one of three doors and gives back one meaning (E1, E5)."""
