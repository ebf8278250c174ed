-- 说明: each value of what is in force that is to be verified, and whether it was explained: 'explained', 'lapsed' (the
-- value is another than the one explained) or 'open'.
CREATE OR REPLACE MACRO explanation(as_of, of_scope) AS TABLE
SELECT c.subject, c.unit, u.title AS unit_title, c.obligation, o.title AS matter_title, c.submission, c.return_, c.sheet,
       c.cell, c."row", c.column_name, c.title, c.value, c.message, c.remedy, c.rule, c.entity,
       CASE WHEN a.subject IS NULL THEN 'open'
            WHEN says_same(a.content ->> '$.told_value', c.value) THEN 'explained'
            ELSE 'lapsed' END AS explained,
       coalesce(a.content ->> '$.told_value', '') AS told_value, coalesce(a.reason, '') AS reason,
       coalesce(a.person, '') AS person, local_time(a.happened_at) AS told_at, coalesce(a.seq, 0) AS seen_act
FROM cell_to_explain(as_of) c
JOIN unit u ON u.unit = c.unit
JOIN obligation o ON o.obligation = c.obligation
LEFT JOIN act_state(as_of) a ON a.matter = 'explanation' AND a.subject = c.subject
WHERE is_reached(c.unit, NULL, of_scope)
ORDER BY u.position, o.due, c.submission, c.sheet, c."row", c.column_name;
