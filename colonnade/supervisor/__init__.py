"""`colonnade up`: starts the parts that no variable names, then the web and the worker, and looks after them all."""

from colonnade.supervisor.command import up

__all__ = ["up"]
