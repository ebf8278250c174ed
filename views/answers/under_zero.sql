-- Institutions that stand in what others told of a territory and field of which its survey in force is a zero report (X14).
CREATE OR REPLACE MACRO under_zero(as_of, of_scope) AS TABLE
SELECT c.unit, u.title AS unit_title, c.obligation, o.title AS matter_title, c.field, f.title AS field_title, c.submission,
       r.entity, r.entity_name
FROM current_answer(as_of) c
JOIN obligation o ON o.obligation = c.obligation
JOIN unit u ON u.unit = c.unit
JOIN field f ON f.field = c.field
JOIN recorded(as_of) r ON r.territory_code = c.unit AND r.field_code = c.field
WHERE c.answer = 'zero' AND o.owed_for = 'unit_field' AND is_reached(c.unit, c.field, of_scope)
ORDER BY u.position, f.position, r.entity_name, r.entity;
