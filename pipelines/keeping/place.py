"""Where a campaign's data live: one setting, read here and nowhere else."""

import os
from pathlib import Path


def home() -> Path:
    """The folder of the running campaign: `CAMPAIGN_HOME`, or data/live below the working folder."""
    return Path(os.environ.get("CAMPAIGN_HOME", "data/live"))
