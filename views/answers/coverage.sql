-- The survey's cells, territory by field: which of the five answers stands (有数、零报告、不适用、未完成、未报).
CREATE OR REPLACE MACRO coverage(as_of, of_scope) AS TABLE
WITH told AS (
    SELECT s.obligation, s.unit, a.field,
           arg_max(a.answer, (s.ranked_at, s.entry)) AS answer,
           arg_max(a.row_count, (s.ranked_at, s.entry)) AS row_count,
           arg_max(coalesce(a.checked, a.row_count), (s.ranked_at, s.entry)) AS checked,
           arg_max(s.id, (s.ranked_at, s.entry)) AS submission,
           local_time(max(s.received_at)) AS arrived
    FROM came(as_of) s
    JOIN sheet_answer a ON a.submission = s.id
    WHERE s.verdict = 'acceptable' AND a.answer <> ''
    GROUP BY s.obligation, s.unit, a.field
),
granted AS (
    SELECT obligation, unit, arg_max(due, nth) AS due
    FROM extended(as_of)
    GROUP BY obligation, unit
)
SELECT d.obligation, d.unit AS territory, u.title AS territory_title, d.field, f.title AS field_title,
       coalesce(g.due, o.due) AS due,
       coalesce(t.answer, '') AS answer, coalesce(t.row_count, 0) AS found,
       coalesce(t.checked, 0) AS checked, t.submission, t.arrived
FROM duty d
JOIN obligation o ON o.obligation = d.obligation
JOIN unit u ON u.unit = d.unit
JOIN field f ON f.field = d.field
LEFT JOIN granted g ON g.obligation = d.obligation AND g.unit = d.unit
LEFT JOIN told t ON t.obligation = d.obligation AND t.unit = d.unit AND t.field = d.field
WHERE o.owed_for = 'unit_field' AND is_reached(d.unit, d.field, of_scope)
ORDER BY due, u.position, f.position;
