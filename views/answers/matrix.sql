-- The status matrix: one row for each subject (unit or field) and matter, the worst of its duties shown. A cell is of
-- all that its subject owes: a unit's is reached by the unit, a field's by the field or a lead of it.
CREATE OR REPLACE MACRO matrix(of_phase, as_of, of_scope) AS TABLE
WITH cell AS (
    SELECT c.group_name,
           CASE WHEN c.group_name = 'field' THEN c.field ELSE c.unit END AS subject,
           c.obligation, c.title, c.node, c.phase, c.due, c.moved_words, c.basis, c.scored, c.clause, c.quote,
           count(*) FILTER (c.status IN ('on_time', 'late')) AS answered,
           count(*) AS expected,
           arg_min({'status': c.status, 'days': c.days}, (x.position, -coalesce(c.days, 0))) AS worst
    FROM compliance(of_phase, as_of, NULL) c
    JOIN light x ON x.light = c.status
    GROUP BY ALL
)
SELECT k.group_name, k.subject, coalesce(u.title, f.title) AS subject_title,
       coalesce(u.position, f.position) AS subject_order,
       k.obligation, k.title, k.node, k.phase, k.due, k.moved_words, k.basis, k.basis <> 'plan' AS is_internal, k.scored, k.clause, k.quote,
       k.answered, k.expected, k.worst.status, k.worst.days
FROM cell k
JOIN obligation o ON o.obligation = k.obligation
LEFT JOIN unit u ON u.unit = k.subject AND k.group_name <> 'field'
LEFT JOIN field f ON f.field = k.subject AND k.group_name = 'field'
WHERE is_reached(u.unit, f.field, of_scope)
   OR f.field IN (SELECT field FROM lead WHERE is_reached(unit, NULL, of_scope))
ORDER BY k.group_name, subject_order, k.due, o.position;
