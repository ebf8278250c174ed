-- 补正: each cell of which a correction was ordered: what was asked for last, how it stands, and the next version that came
-- of the same matter and holds the same row (the last of them); '' where none did.
CREATE OR REPLACE MACRO correction(as_of, of_scope) AS TABLE
WITH asked AS (
    SELECT subject, split_part(subject, '|', 1) AS submission, arg_max(content, nth) AS said, max(happened_at) AS ordered_at,
           arg_max(person, nth) AS ordered_by
    FROM acts_by(as_of)
    WHERE kind = 'correction_ordered'
    GROUP BY subject
),
stands AS (
    SELECT subject, state, seq, reason, person, happened_at FROM act_state(as_of) WHERE matter = 'correction'
),
cell AS (
    SELECT a.*, c.sheet, c.cell, c.return_, c.row_key, c.column_name, s.unit, s.obligation, s.ranked_at, s.entry
    FROM asked a
    JOIN cell_told() c ON c.submission = a.submission AND concat(a.submission, '|', c.sheet, '!', c.cell) = a.subject
    JOIN came(as_of) s ON s.id = a.submission
),
later AS (
    SELECT c.subject, arg_max(s.id, (s.ranked_at, s.entry)) AS submission
    FROM cell c
    JOIN came(as_of) s ON s.unit = c.unit AND s.obligation = c.obligation AND s.verdict = 'acceptable'
                      AND (s.ranked_at, s.entry) > (c.ranked_at, c.entry)
    JOIN sheet_answer v ON v.submission = s.id AND v.return_ = c.return_ AND is_settled(v.answer)
    GROUP BY c.subject
)
SELECT c.subject, c.unit, u.title AS unit_title, c.obligation, o.title AS matter_title, c.submission, c.return_, c.sheet,
       c.cell, c.row_key, c.column_name, c.said ->> '$.requirement' AS requirement,
       (c.said ->> '$.reply_due')::DATE AS reply_due, local_time(c.ordered_at) AS ordered_at, c.ordered_by,
       coalesce(l.submission, '') AS later, t.state,
       CASE WHEN t.state = 'ordered' THEN '' ELSE t.reason END AS reply,
       CASE WHEN t.state = 'ordered' THEN '' ELSE t.person END AS replied_by,
       CASE WHEN t.state <> 'ordered' THEN local_time(t.happened_at) END AS replied_at, t.seq AS seen_act
FROM cell c
JOIN stands t ON t.subject = c.subject
JOIN unit u ON u.unit = c.unit
JOIN obligation o ON o.obligation = c.obligation
LEFT JOIN later l ON l.subject = c.subject
WHERE is_reached(c.unit, NULL, of_scope);
