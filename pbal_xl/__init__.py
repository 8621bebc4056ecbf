"""pbal-xl: which holdings to buy or sell to bring a portfolio back to its targets."""
