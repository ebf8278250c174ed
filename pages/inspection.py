"""督察核查: narrow the ledger to what is dangerous, open one institution, take the list away."""

from ui import frame, inspecting

scope = frame.top(phases=False)
now = inspecting.facets()
inspecting.bar(now)
if inspecting.count(now, scope):
    inspecting.table(now, scope)
else:
    inspecting.nothing(now, scope)
