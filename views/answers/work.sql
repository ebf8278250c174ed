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
