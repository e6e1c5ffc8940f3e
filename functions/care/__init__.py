"""Care: what clinicians and coaches need to know of a member, and what they do for them."""
