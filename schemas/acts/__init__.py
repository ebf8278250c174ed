"""The kinds of acts. Each module declares those of one matter: what a person can do, and who may.

In: columns and rules of `schemas`. Out: `ACTS`, by their codes.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from schemas.acting import ActKind


def declared() -> dict[str, ActKind]:
    kinds: dict[str, ActKind] = {}
    for module in pkgutil.iter_modules(__path__):
        kinds |= importlib.import_module(f"{__name__}.{module.name}").ACTS
    for code, kind in kinds.items():
        kind.content.name = code
    return kinds


ACTS: Mapping[str, ActKind] = MappingProxyType(declared())
