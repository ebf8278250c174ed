-- 例会议定: each matter that was settled at a meeting, as it was told last; `position` numbers them as they were opened.
CREATE OR REPLACE MACRO resolution(as_of, of_scope) AS TABLE
WITH opened AS (
    SELECT *, row_number() OVER (ORDER BY nth) AS position FROM acts_by(as_of) WHERE kind = 'resolution_made'
),
told AS (
    SELECT subject, arg_max(content, nth) AS said FROM acts_by(as_of) WHERE matter = 'resolution' GROUP BY subject
)
SELECT o.subject, o.position, o.unit, o.content ->> '$.what' AS what, coalesce(o.content ->> '$.meeting', '') AS meeting,
       t.said ->> '$.next_step' AS next_step, (t.said ->> '$.by_when')::DATE AS by_when,
       local_time(o.happened_at)::DATE AS opened_on
FROM opened o
JOIN told t ON t.subject = o.subject
WHERE is_reached(o.unit, NULL, of_scope);
