"""What this domain keeps, and what becomes of it when its member leaves (D2)."""

from functions.shared.retention import FINANCIAL_RECORD, Fate, Kind

_TABLE = "PAYMENTS_TABLE"

RECORDS: tuple[Kind, ...] = (
    Kind(_TABLE, "MBR#", "CUSTOMER", "the link to the customer at Stripe", Fate.ERASE),
    Kind(_TABLE, "CUSTOMER#", "CUSTOMER", "whose a customer at Stripe is", Fate.ERASE),
    Kind(_TABLE, "MBR#", "CARD", "what the card on file is recognised by", Fate.ERASE),
    Kind(_TABLE, "MBR#", "SETUP#", "wishes to put a card on file", Fate.ERASE),
    Kind(_TABLE, "MBR#", "PASS", "the coaching pass", Fate.ERASE),
    Kind(_TABLE, "MBR#", "PAYABLE#", "what was owed and paid", Fate.KEEP, FINANCIAL_RECORD),
    Kind(_TABLE, "MBR#", "ENTRY#", "the ledger", Fate.KEEP, FINANCIAL_RECORD),
    Kind(_TABLE, "MBR#", "REFUND#", "refunds", Fate.KEEP, FINANCIAL_RECORD),
    Kind(_TABLE, "MBR#", "SESSION#", "that sessions were billed", Fate.KEEP, FINANCIAL_RECORD, leads_to="SESSION#"),
    Kind(_TABLE, "SESSION#", "SESSION", "whose a billed session was", Fate.KEEP, FINANCIAL_RECORD),
    Kind(_TABLE, "MBR#", "STATEMENT#", "statements", Fate.KEEP, FINANCIAL_RECORD),
    Kind(_TABLE, "STATEMENTS#", "EVENT", "what the statement tool told", Fate.EXPIRE),
    Kind(_TABLE, "STRIPE#", "EVENT", "events of Stripe that were taken in", Fate.EXPIRE),
    Kind(_TABLE, "STRIPE_EVENTS", "LOOKED", "how far Stripe's events were looked through", Fate.NOBODYS),
    Kind(_TABLE, "IDEM#", "", "marks against carrying out a request twice", Fate.EXPIRE),
)
