"""Numbers in, numbers out: the strategies, on the standard library alone."""
