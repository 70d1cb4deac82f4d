"""What can go wrong in `publish`."""


class PublishError(Exception):
    """Root of all errors of `publish`: one line that names the file or address at fault and says what to do."""
