-- Who is late, unit by unit, of all that is owed and due (K1–K3); of it, what has a due day of our own (内部时限).
-- A unit's row is of all that it owes: whoever reaches a field alone sees none.
-- What a field owes jointly counts for each of its leads: they share credit and blame. `rate` is NULL, never
-- 100 %, where nothing has fallen due.
CREATE OR REPLACE MACRO league(of_phase, of_dates, as_of, of_scope) AS TABLE
WITH asked AS (
    SELECT c.*, c.group_name = 'field' AND c.unit IN (SELECT unit FROM lead) AS is_joint
    FROM compliance(of_phase, as_of, NULL) c
    WHERE is_asked_for(c.is_internal, of_dates)
),
owed AS (
    SELECT coalesce(l.unit, c.unit) AS owing, c.status, c.days, c.is_internal, c.is_due
    FROM asked c
    LEFT JOIN lead l ON c.is_joint AND l.field = c.field
)
SELECT u.unit, u.title AS unit_title, u.block AS group_name, u.is_group AS is_apart,
       count(*) FILTER (w.is_due) AS due_count,
       count(*) FILTER (w.is_due AND w.status = 'on_time') AS on_time,
       count(*) FILTER (w.status = 'late') AS late,
       count(*) FILTER (w.status = 'overdue') AS overdue,
       count(*) FILTER (w.is_internal AND w.is_due) AS internal_due,
       count(*) FILTER (w.is_internal AND w.is_due AND w.status = 'on_time') AS internal_on_time,
       count(*) FILTER (w.is_internal AND w.status = 'late') AS internal_late,
       count(*) FILTER (w.is_internal AND w.status = 'overdue') AS internal_overdue,
       on_time / nullif(due_count, 0) AS rate,
       avg(w.days) FILTER (w.status IN ('late', 'overdue')) AS mean_days,
       max(w.days) FILTER (w.status IN ('late', 'overdue')) AS worst_days
FROM owed w
JOIN unit u ON u.unit = w.owing
WHERE is_reached(u.unit, NULL, of_scope)
GROUP BY u.unit, u.title, u.block, u.is_group, u.position
ORDER BY overdue DESC, late DESC, u.position;
