"""Judgements of workbooks that were judged in this process before.

For tests of what is done with what came: the same few workbooks are sent hundreds of times, and judging one
is most of what a sending costs.
"""

import hashlib
import pickle

from pipelines.judging.judge import judge

KNOWN = {}  # what was asked → the judgement, pickled: nobody is handed another's


def once(content, **stated):
    """What `judge` says of a workbook and what is stated of it; asked again, it is not judged again."""
    asked = hashlib.sha256(content).digest(), *sorted(stated.items())
    if asked not in KNOWN:
        KNOWN[asked] = pickle.dumps(judge(content, **stated))
    return pickle.loads(KNOWN[asked])  # noqa: S301  written here
