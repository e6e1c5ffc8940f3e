"""One member's journey over HTTP, told step by step; the same journey is an end-to-end test."""
