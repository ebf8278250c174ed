"""A process that dies (SIGKILL) at a step, just before it runs or just after."""

import importlib
import os
import signal


def die_at(module, name, when, nth):
    """From now on this process dies at the nth call of a function or method, `before` or `after` it."""
    owner = importlib.import_module(module)
    *outer, name = name.split(".")
    for part in outer:
        owner = getattr(owner, part)
    real, calls = getattr(owner, name), []

    def killing(*args, **kwargs):
        calls.append(1)
        if when == "before" and len(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if when == "after" and len(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, killing)
