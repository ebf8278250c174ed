-- The S-curve: on each day how many duties had fallen due, and how many of them had been met; of one unit or one
-- field where asked for, else of all units; what the leading group owes itself is in no rate of units.
CREATE OR REPLACE MACRO pace(of_unit, of_field, as_of, of_scope) AS TABLE
WITH owed AS (
    SELECT due::DATE AS due_on, arrived::DATE AS arrived_on
    FROM compliance(NULL, as_of, of_scope)
    WHERE NOT is_apart AND (of_unit IS NULL OR unit = of_unit) AND (of_field IS NULL OR field = of_field)
),
span AS (
    SELECT min(starts_on) AS first_day, max(ends_on) AS last_day FROM phase
)
SELECT d.day,
       count(*) FILTER (is_past(w.due_on, d.day)) AS planned,
       CASE WHEN d.day <= as_of THEN count(*) FILTER (w.arrived_on <= d.day) END AS actual,
       count(*) AS altogether
FROM "day" d, owed w, span
WHERE d.day BETWEEN span.first_day AND span.last_day
GROUP BY d.day
ORDER BY d.day;
