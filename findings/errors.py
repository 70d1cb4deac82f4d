"""What can go wrong in `findings`."""


class FindingsError(Exception):
    """Root of all errors of `findings`: one line that names the database and says what to do."""
