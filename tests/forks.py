"""Processes of a test's own: forked from a server that has no thread, and that has imported what they do."""

import multiprocessing
import sys
from types import ModuleType

import pytest

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.test_acting", "tests.test_crash", "tests.test_lake"])


def begun(work, *given):
    """A process that does this. Streamlit leaves a tried page as the main module: a child would run it."""
    child = FORKS.Process(target=work, args=given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        child.start()
    return child


def ended(work, *given):
    """How a process that did this ended."""
    child = begun(work, *given)
    child.join()
    return child.exitcode
