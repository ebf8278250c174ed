-- What was done to cases: the last answer of the unit (签收, 答复) and how closing by hand stands (销号).
CREATE OR REPLACE MACRO case_acted(as_of, of_scope) AS TABLE
SELECT a.subject AS "case", a.unit,
       coalesce(max(a.state) FILTER (a.matter = 'reply'), '') AS reply_state,
       coalesce(max(a.reason) FILTER (a.matter = 'reply'), '') AS reply,
       coalesce(max(a.person) FILTER (a.matter = 'reply'), '') AS replied_by,
       max(local_time(a.happened_at)) FILTER (a.matter = 'reply') AS replied_at,
       max((a.content ->> '$.promised')::DATE) FILTER (a.matter = 'reply') AS promised,
       coalesce(max(a.state) FILTER (a.matter = 'closing'), '') AS closing_state,
       max(local_time(a.happened_at)::DATE) FILTER (a.matter = 'closing') AS closing_on
FROM act_state(as_of) a
WHERE a.matter IN ('reply', 'closing') AND is_reached(a.unit, NULL, of_scope)
GROUP BY a.subject, a.unit
ORDER BY a.subject, a.unit;
