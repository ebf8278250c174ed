-- What the units told of their own parts: each matter once by its number, as it was told last.
CREATE OR REPLACE MACRO work_told(as_of) AS TABLE
SELECT s.unit, r.*
FROM work_record r
JOIN came(as_of) s ON s.id = r.submission
LEFT JOIN taken_out(as_of) t ON t.entry = concat_ws('|', s.unit, s.obligation, 'work_record', key_form(r.serial))
WHERE s.verdict = 'acceptable' AND (t.entry IS NULL OR s.received_at > t.taken_at)
QUALIFY row_number() OVER (
    PARTITION BY s.unit, s.obligation, key_form(r.serial) ORDER BY s.ranked_at DESC, s.entry DESC
) = 1;

-- What names a next step, until it is settled (督办事项): followed at the unit that told of it.
CREATE OR REPLACE MACRO work_step(as_of, of_scope) AS TABLE
SELECT concat_ws('|', w.unit, s.obligation, 'work_record', key_form(w.serial)) AS subject, w.unit, w.serial, w.kind,
       coalesce(w.whom, '') AS whom, coalesce(f.field, '') AS field, w.next_step, w.next_due::TIMESTAMP AS next_due,
       w.happened_on::TIMESTAMP AS happened_on, w.state = '已办结' AS is_settled
FROM work_told(as_of) w
JOIN submission s ON s.id = w.submission
LEFT JOIN field f ON f.title = w.field
WHERE w.next_step IS NOT NULL AND is_reached(w.unit, f.field, of_scope)
ORDER BY w.unit, w.serial;

-- Reached by who told of it, and by the territory or field that the row names.
CREATE OR REPLACE MACRO work(as_of, of_scope) AS TABLE
SELECT w.unit, u.title AS unit_title, w.kind, coalesce(w.territory, '') AS territory, coalesce(w.field, '') AS field,
       count(*) AS told, count(*) FILTER (w.state = '已办结') AS settled,
       coalesce(sum(w.recovered), 0)::DOUBLE AS recovered, coalesce(sum(w.repaid), 0)::DOUBLE AS repaid,
       max(w.happened_on) AS last_on
FROM work_told(as_of) w
JOIN unit u ON u.unit = w.unit
LEFT JOIN unit t ON t.title = w.territory
LEFT JOIN field f ON f.title = w.field
WHERE is_reached(u.unit, NULL, of_scope) OR is_reached(t.unit, f.field, of_scope)
GROUP BY ALL
ORDER BY min(u.position), w.kind, territory, field;
