"""What can keep the parts from starting, each as one sentence for the person at the terminal."""


class StartError(Exception):
    """Says what is wrong and what to do, in one sentence; shown without a traceback."""
