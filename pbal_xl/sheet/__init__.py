"""Plan out: what a trades sheet says and how it looks, for any host to write."""
