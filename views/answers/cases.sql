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
GROUP BY a.subject, a.unit;
