"""The one error that a user can mend."""


class LectError(ValueError):
    """An input that lect cannot use; the message says what was expected, what was found and what to do.

    The command line prints the message alone and leaves with exit code 2.
    """
