-- Who is late, unit by unit (K1–K3). What a field owes jointly counts for each of its leads: they share credit and
-- blame. `rate` is NULL, never 100 %, where nothing scored has fallen due.
CREATE OR REPLACE MACRO league(of_phase, as_of) AS TABLE
WITH asked AS (
    SELECT c.*, c.group_name = 'field' AND c.unit IN (SELECT unit FROM lead) AS is_joint
    FROM compliance(of_phase, as_of) c
),
owed AS (
    SELECT coalesce(l.unit, c.unit) AS owing, c.status, c.days, c.scored, c.is_due
    FROM asked c
    LEFT JOIN lead l ON c.is_joint AND l.field = c.field
)
SELECT u.unit, u.title AS unit_title, u.block AS group_name,
       count(*) FILTER (w.scored AND w.is_due) AS due_count,
       count(*) FILTER (w.scored AND w.is_due AND w.status = 'on_time') AS on_time,
       count(*) FILTER (w.scored AND w.status = 'late') AS late,
       count(*) FILTER (w.scored AND w.status = 'overdue') AS overdue,
       count(*) FILTER (NOT w.scored AND w.status = 'late') AS other_late,
       count(*) FILTER (NOT w.scored AND w.status = 'overdue') AS other_overdue,
       on_time / nullif(due_count, 0) AS rate,
       avg(w.days) FILTER (w.scored AND w.status IN ('late', 'overdue')) AS mean_days,
       max(w.days) FILTER (w.status IN ('late', 'overdue')) AS worst_days
FROM owed w
JOIN unit u ON u.unit = w.owing
GROUP BY u.unit, u.title, u.block, u.position
ORDER BY overdue DESC, other_overdue DESC, late DESC, other_late DESC, u.position;
