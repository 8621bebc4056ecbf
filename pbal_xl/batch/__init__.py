"""Many files: on all cores or on a cluster, with a journal to go on from and a report of everything."""
