-- 缺行: institutions that stood in the last period, or in an earlier version, and stand no more in what is in force; and what
-- the unit answered.
CREATE OR REPLACE MACRO gap(as_of, of_scope) AS TABLE
WITH named AS (
    SELECT entity, max(entity_code) AS entity_code, any_value(entity_name) AS entity_name
    FROM institution(as_of)
    GROUP BY entity
)
SELECT m.subject, m.unit, u.title AS unit_title, m.obligation, o.title AS matter_title, m.entity,
       coalesce(n.entity_code, '') AS entity_code, n.entity_name, m.stood_in,
       coalesce(a.content ->> '$.fate', '') AS fate, coalesce(a.content ->> '$.another', '') AS another,
       coalesce(a.reason, '') AS reason, coalesce(a.person, '') AS person, local_time(a.happened_at) AS answered_at,
       coalesce(a.seq, 0) AS seen_act
FROM row_missing(as_of) m
JOIN unit u ON u.unit = m.unit
JOIN obligation o ON o.obligation = m.obligation
JOIN named n ON n.entity = m.entity
LEFT JOIN act_state(as_of) a ON a.matter = 'gap' AND a.subject = m.subject
WHERE is_reached(m.unit, NULL, of_scope)
ORDER BY u.position, o.due, m.entity;
