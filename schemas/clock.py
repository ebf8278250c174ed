"""The one clock of a campaign: days begin and end in Asia/Shanghai, which has kept one offset since 1991."""

import datetime as dt

SHANGHAI = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
AHEAD = SHANGHAI.utcoffset(None)  # of UTC, in which moments are kept
FAR = dt.date(2999, 12, 31)  # a day behind every other: as of it, all that came is known


def local_day(moment: dt.datetime) -> dt.date:
    """The day of an aware moment, as the campaign counts days."""
    return moment.astimezone(SHANGHAI).date()
