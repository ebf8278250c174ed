"""督办事项: everything that is open, with the unit, the next step and by when; beside it one case whole."""

from ui import acting, case_panel, case_rows, data, tables, top
from views.answers import cases

scope = top.top("cases", "**督办事项**　:gray[责任单位、事项、下一步、时限]")
acting.said()
every = data.answer(cases.fetch, scope)
waits = case_rows.waiting(every)
case_rows.counts(every, waits)
rows = case_rows.narrowed(every, waits, scope)
left, right = tables.beside(case_panel.WIDTH)
with right:
    case_panel.show(case_rows.chosen(rows), scope)
with left:
    case_rows.listed(rows)
    case_rows.apart(every, scope)
case_panel.roster(scope)
