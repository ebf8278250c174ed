-- 到期: a due day ends at 24:00; until then what is owed on it is neither met nor missed.
CREATE OR REPLACE MACRO is_past(some_due, as_of) AS as_of > some_due;

-- Which due days are asked for: '' all, 'notice' those that the notice gives (方案规定), 'internal' the others.
CREATE OR REPLACE MACRO is_asked_for(is_ours, of_dates) AS of_dates = '' OR is_ours = (of_dates = 'internal');

-- Who owed what by when, and whether it came: one row for each duty. of_phase NULL means every phase.
-- What a field's leads owe jointly is reached by each of them.
-- `due` is the day in force when it came, or now; `first_due` the plan's own, which an extension (延期) never overwrites.
-- 0 <= on time <= accepted <= received; working days by the plan's calendar; weekends do not roll.
CREATE OR REPLACE MACRO compliance(of_phase, as_of, of_scope) AS TABLE
WITH owed AS (
    SELECT d.obligation, d.unit, d.field, d.group_name, o.title, o.node, o.phase, o.position, o.opens, o.due,
           o.at_least, o.counts, o.dated_by, o.owed_for, o.basis, o.basis <> 'plan' AS is_internal, o.scored, o.clause,
           o.quote
    FROM duty d
    JOIN obligation o ON o.obligation = d.obligation
    WHERE (of_phase IS NULL OR o.phase = of_phase)
      AND (is_reached(d.unit, d.field, of_scope)
           OR (o.owed_for = 'field' AND d.unit IN (SELECT unit FROM lead)
               AND d.field IN (SELECT field FROM lead WHERE is_reached(unit, NULL, of_scope))))
),
sent AS (
    SELECT w.obligation, w.unit, w.field,
           count(DISTINCT s.id) AS received,
           arg_max(s.verdict, (s.ranked_at, s.entry)) FILTER (s.verdict <> 'withdrawn') AS last_verdict
    FROM owed w
    JOIN came(as_of) s ON s.obligation = w.obligation AND (s.unit = w.unit OR w.owed_for = 'field')
    LEFT JOIN sheet_answer a ON a.submission = s.id
    WHERE w.field = '' OR (a.field = w.field AND a.answer <> '')
    GROUP BY w.obligation, w.unit, w.field
),
whole AS (
    SELECT w.obligation, w.unit, w.field, a.submission AS entry_key, min(a.received_at) AS counted_at,
           arg_min(a.placed_words, a.received_at) AS placed_words
    FROM owed w
    JOIN answered(as_of) a
      ON a.obligation = w.obligation AND a.field = w.field AND (a.unit = w.unit OR w.owed_for = 'field')
    WHERE w.counts = 'submission'
    GROUP BY w.obligation, w.unit, w.field, a.submission
),
entry AS (
    SELECT w.obligation, w.unit, w.field, r.entry_key, min(r.received_at) AS counted_at,
           arg_min(r.placed_words, r.received_at) AS placed_words
    FROM owed w
    JOIN register(as_of) r ON r.obligation = w.obligation AND r.unit = w.unit AND r.dated_by = ''
    WHERE w.counts = 'row' AND w.dated_by = ''
    GROUP BY w.obligation, w.unit, w.field, r.entry_key
    UNION ALL
    SELECT w.obligation, w.unit, w.field, r.entry_key, min(start_of(r.entry_day)) AS counted_at, ''
    FROM owed w
    JOIN obligation o ON o.obligation = w.obligation
    JOIN register(as_of) r ON r.unit = w.unit AND r.return_ = o.returns AND r.dated_by = w.dated_by
    WHERE w.counts = 'row' AND w.dated_by <> '' AND r.entry_day BETWEEN w.opens AND w.due
    GROUP BY w.obligation, w.unit, w.field, r.entry_key
),
counted AS (
    SELECT obligation, unit, field, counted_at, placed_words,
           row_number() OVER (PARTITION BY obligation, unit, field ORDER BY counted_at, entry_key) AS nth
    FROM (SELECT * FROM whole UNION ALL SELECT * FROM entry)
),
met AS (
    SELECT w.obligation, w.unit, w.field,
           count(c.nth) AS accepted,
           local_time(max(c.counted_at) FILTER (c.nth = w.at_least)) AS arrived,
           coalesce(max(c.placed_words) FILTER (c.nth = w.at_least), '') AS placed_words
    FROM owed w
    LEFT JOIN counted c ON c.obligation = w.obligation AND c.unit = w.unit AND c.field = w.field
    GROUP BY w.obligation, w.unit, w.field
),
granted AS (
    SELECT w.obligation, w.unit, w.field, arg_max(x.due, x.nth) AS due,
           concat('原定 ', w.due, '，延至 ', arg_max(x.due, x.nth), '，理由：', arg_max(x.reason, x.nth)) AS words
    FROM owed w
    JOIN met m ON m.obligation = w.obligation AND m.unit = w.unit AND m.field = w.field
    JOIN extended(as_of) x ON x.obligation = w.obligation AND x.unit = w.unit AND x.field IN ('', w.field)
    WHERE m.arrived IS NULL OR local_time(x.happened_at) <= m.arrived
    GROUP BY w.obligation, w.unit, w.field, w.due
),
known AS (
    SELECT min(day) AS first_day, max(day) AS last_day FROM "day"
),
lit AS (
    SELECT w.* REPLACE (coalesce(g.due, w.due) AS due), w.due AS first_due, g.words AS granted_words, m.accepted, m.arrived,
           m.placed_words, coalesce(s.received, 0) AS sent_count, s.last_verdict,
           arrives.nth - due_day.nth AS days_late,
           today.nth - due_day.nth AS days_past
    FROM owed w
    JOIN met m ON m.obligation = w.obligation AND m.unit = w.unit AND m.field = w.field
    LEFT JOIN sent s ON s.obligation = w.obligation AND s.unit = w.unit AND s.field = w.field
    LEFT JOIN granted g ON g.obligation = w.obligation AND g.unit = w.unit AND g.field = w.field
    JOIN "day" due_day ON due_day.day = coalesce(g.due, w.due)
    CROSS JOIN known k
    JOIN "day" today ON today.day = least(greatest(as_of, k.first_day), k.last_day)
    LEFT JOIN "day" arrives ON arrives.day = least(m.arrived::DATE, k.last_day)
),
judged AS (
    SELECT l.*,
           CASE WHEN l.arrived IS NOT NULL AND l.arrived::DATE <= l.due THEN 'on_time'
                WHEN l.arrived IS NOT NULL THEN 'late'
                WHEN is_past(l.due, as_of) THEN 'overdue'
                WHEN l.last_verdict <> 'acceptable' THEN 'returned'
                ELSE light_ahead(-l.days_past) END AS status
    FROM lit l
)
SELECT j.phase, j.obligation, j.title, j.node, j.unit, u.title AS unit_title, j.field,
       coalesce(f.title, '') AS field_title, j.group_name, j.opens, j.due, j.first_due, j.first_due <> j.due AS is_extended,
       concat_ws('；', v.words, j.granted_words) AS moved_words, j.basis, j.is_internal, u.is_group AS is_apart,
       j.scored, j.clause, j.quote,
       j.at_least, greatest(j.sent_count, j.accepted) AS received, j.accepted, j.arrived, j.placed_words, j.status,
       x.title AS status_title, is_past(j.due, as_of) AS is_due,
       CASE j.status WHEN 'on_time' THEN NULL
                     WHEN 'late' THEN greatest(j.days_late, 0)
                     WHEN 'overdue' THEN j.days_past
                     ELSE -j.days_past END AS days
FROM judged j
JOIN unit u ON u.unit = j.unit
JOIN light x ON x.light = j.status
LEFT JOIN field f ON f.field = j.field
LEFT JOIN moved_day v ON v.obligation = j.obligation
ORDER BY j.due, j.position, u.position, f.position;
