"""What is left to a store: queries, shapes and values that are not compiled."""


class Beyond(Exception):
    """A value that compiled rules do not compute with."""


class Unsupported(Exception):
    """A query or a shape uses what is not compiled."""
