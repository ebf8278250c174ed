"""Processes of a test's own: forked from a server that has no thread, and that has imported what they do."""

import multiprocessing
import os
import sys
from types import ModuleType

import pytest

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.test_acting", "tests.test_crash", "tests.test_lake"])


def begun(work, *given):
    """A process that does this, in the environment of now: the server of forks keeps that of its first child.

    Streamlit leaves a tried page as the main module: a child would run it.
    """
    child = FORKS.Process(target=_here, args=(dict(os.environ), work, given))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        child.start()
    return child


def _here(environment, work, given):
    os.environ.clear()
    os.environ.update(environment)
    work(*given)


def ended(work, *given):
    """How a process that did this ended."""
    child = begun(work, *given)
    child.join()
    return child.exitcode
