"""The places pbal-xl answers in; a host never imports another."""
