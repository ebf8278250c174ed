-- What counts as of a day, at its end in Asia/Shanghai: the accepted answer that stands for each matter, unit and field.
-- Moments are kept in UTC; `ahead()`, `is_settled()` and `key_form()` are made from the declarations (in_force.py).
CREATE OR REPLACE MACRO local_time(moment) AS moment + ahead();

CREATE OR REPLACE MACRO start_of(some_day) AS some_day - ahead();

CREATE OR REPLACE MACRO end_of(some_day) AS start_of(some_day + INTERVAL 1 DAY);

-- Whether an event of this number is among those that this reader has been shown; where nothing was pinned, all are.
CREATE OR REPLACE MACRO is_shown(event_number) AS event_number <= coalesce(getvariable('seen'), 9223372036854775807);

-- What people had done by then (`schemas/acts`), as far as this reader has been shown; and of each matter and subject the
-- last act, which says in which state the subject is.
CREATE OR REPLACE MACRO acts_by(as_of) AS TABLE
SELECT *
FROM act
WHERE is_shown(nth)
  AND happened_at < end_of(as_of);

CREATE OR REPLACE MACRO act_state(as_of) AS TABLE
SELECT *
FROM acts_by(as_of)
QUALIFY row_number() OVER (PARTITION BY matter, subject ORDER BY nth DESC) = 1;

-- The due days that were granted for a matter and unit, in the order in which they were; field '' for all of its fields.
CREATE OR REPLACE MACRO extended(as_of) AS TABLE
SELECT split_part(subject, '|', 1) AS obligation, split_part(subject, '|', 2) AS unit, split_part(subject, '|', 3) AS field,
       happened_at, nth, (content ->> '$.new_due')::DATE AS due, reason, person
FROM acts_by(as_of)
WHERE kind = 'extension_granted';

-- Which records are one institution (归并): of every record that was said to be the same as another the institution, told
-- apart by the least of its records, and its place among them: that which was last said to be kept stands first.
CREATE OR REPLACE MACRO merged(as_of) AS TABLE
WITH RECURSIVE pair AS (
    SELECT split_part(subject, '|', 1)::UBIGINT AS one, split_part(subject, '|', 2)::UBIGINT AS other,
           (content ->> '$.kept')::UBIGINT AS kept, nth
    FROM act_state(as_of)
    WHERE matter = 'merge' AND state = 'same'
),
side AS (
    SELECT one, other FROM pair
    UNION ALL
    SELECT other, one FROM pair
),
linked(record, other) AS (
    SELECT one, other FROM side
    UNION
    SELECT l.record, s.other
    FROM linked l
    JOIN side s ON s.one = l.other
),
chosen AS (
    SELECT kept, max(nth) AS nth FROM pair GROUP BY kept
),
joined AS (
    SELECT l.record, min(l.other) AS firm, max(c.nth) AS nth
    FROM linked l
    LEFT JOIN chosen c ON c.kept = l.record
    GROUP BY l.record
)
SELECT record, firm, row_number() OVER (PARTITION BY firm ORDER BY nth DESC NULLS LAST, record) AS place
FROM joined;

-- The number that was last given to a record (一企一号): as its first sending was accepted, or by the office.
CREATE OR REPLACE MACRO numbered(as_of) AS TABLE
WITH first AS (
    SELECT nth, unnest(string_split(content ->> '$.codes', ' ')) AS one
    FROM acts_by(as_of)
    WHERE kind = 'first_numbered'
),
given AS (
    SELECT nth, split_part(one, ':', 1)::UBIGINT AS record, split_part(one, ':', 2) AS code FROM first
    UNION ALL
    SELECT nth, subject::UBIGINT, content ->> '$.code' FROM acts_by(as_of) WHERE kind = 'numbered'
)
SELECT record, arg_max(code, nth) AS code
FROM given
GROUP BY record;

-- What had come by then, as far as this reader has been shown: `seen` is the last event of the pinned snapshot; where
-- it is not set, everything. Events are numbered as they are recorded, not as they came: a small workbook may be judged
-- before a large one that came first.
-- What was taken back (撤回) is still there, with the verdict 'withdrawn': it answers nothing.
-- `ranked_at` orders versions: an ordinary arrival never counts as earlier than the ordinary one before it, however the
-- clock went; what was placed by hand, when it came or later, stands where it was placed. Times are never shifted.
-- `placed_words` says of what counts at another time than the clock gave it that time too, and why; else ''.
CREATE OR REPLACE MACRO came(as_of) AS TABLE
WITH moved AS (
    SELECT submission, arg_max(received_at, nth) AS received_at, arg_max(reason, nth) AS reason
    FROM placed
    WHERE is_shown(nth)
    GROUP BY submission
),
shown AS (
    SELECT s.* REPLACE (coalesce(m.received_at, s.received_at) AS received_at,
                        s.is_placed OR m.submission IS NOT NULL AS is_placed,
                        CASE WHEN w.state = 'withdrawn' THEN 'withdrawn' ELSE s.verdict END AS verdict),
           e.nth,
           CASE WHEN coalesce(m.received_at, s.received_at) <> s.stamped_at
                THEN concat('登记 ', strftime(local_time(s.stamped_at), '%Y-%m-%d %H:%M'),
                            '，理由：', coalesce(m.reason, s.placed_because))
                ELSE '' END AS placed_words
    FROM submission s
    JOIN event e ON e.seq = s.entry AND e.kind = 'sending'
    LEFT JOIN moved m ON m.submission = s.id
    LEFT JOIN act_state(as_of) w ON w.matter = 'withdrawal' AND w.subject = s.id
    WHERE is_shown(e.nth)
)
SELECT *,
       CASE WHEN is_placed THEN received_at
            ELSE max(CASE WHEN is_placed THEN NULL ELSE received_at END) OVER (ORDER BY entry) END AS ranked_at
FROM shown
WHERE received_at < end_of(as_of);

-- Every answer of an accepted submission that says something (有数、零报告、不适用), and when it came; a matter
-- (or its field) that takes several sheets is answered when all of them are.
CREATE OR REPLACE MACRO answered(as_of) AS TABLE
SELECT s.id AS submission, s.unit, s.obligation, a.field, a.return_, a.sheet, a.answer, a.row_count, s.received_at,
       s.ranked_at, s.entry, s.placed_words
FROM came(as_of) s
JOIN sheet_answer a ON a.submission = s.id
WHERE s.verdict = 'acceptable'
  AND is_settled(a.answer)
  AND NOT EXISTS (
      SELECT 1
      FROM sheet_answer b
      WHERE b.submission = a.submission AND b.field = a.field
        AND NOT is_settled(b.answer)
  );

-- The version in force: the last that was accepted.
CREATE OR REPLACE MACRO current_answer(as_of) AS TABLE
SELECT *
FROM answered(as_of)
QUALIFY row_number() OVER (
    PARTITION BY unit, obligation, field, return_ ORDER BY ranked_at DESC, entry DESC
) = 1;

-- Of a return that is owed period after period the sheets that stand: for each unit, or for each field where its
-- leads answer jointly, those of the last period accepted. A later zero report ends what stood before.
CREATE OR REPLACE MACRO sheets_in_force(as_of) AS TABLE
SELECT c.submission, c.sheet, c.return_, c.unit, c.field, c.obligation, c.answer, c.received_at
FROM current_answer(as_of) c
JOIN obligation o ON o.obligation = c.obligation
QUALIFY row_number() OVER (
    PARTITION BY c.return_, c.field, CASE WHEN o.owed_for = 'field' THEN '' ELSE c.unit END
    ORDER BY o.due DESC, c.ranked_at DESC, c.entry DESC
) = 1;

-- 督察: the rows of checklists, each under its number. A row that was told before (the same institution, day and words) has
-- the number of its first telling, which is that of the receipt, the sheet and the row; one that bears the number of
-- another finding corrects it. What was told stands until its sending is taken back, whichever checklist comes later.
CREATE OR REPLACE MACRO checklist_row(as_of) AS TABLE
WITH written AS (
    SELECT r.*, e.nth, a.position, concat_ws('-', '督', r.submission, a.position + 1, r.sheet_row) AS own_no,
           upper(trim(r.finding_no)) AS stated_no
    FROM inspection r
    JOIN submission s ON s.id = r.submission
    JOIN event e ON e.seq = s.entry AND e.kind = 'sending'
    JOIN sheet_answer a ON a.submission = r.submission AND a.sheet = r.sheet
    WHERE is_shown(e.nth)
),
known AS (
    SELECT subject AS known_no, true AS is_act FROM act WHERE kind IN ('found', 'nothing_found', 'found_again')
    UNION
    SELECT own_no, false FROM written
),
numbered AS (
    SELECT w.*, k.is_act, k.known_no,
           first_value(coalesce(k.known_no, w.own_no)) OVER (
               PARTITION BY w.entity, w.inspected_on, coalesce(w.finding, '') ORDER BY w.nth, w.position, w.sheet_row
           ) AS first_no
    FROM written w
    LEFT JOIN known k ON k.known_no = w.stated_no
)
SELECT n.*, coalesce(n.known_no, n.first_no) AS no, NOT coalesce(n.is_act, false) AS opens, s.unit AS sender,
       s.ranked_at, s.entry
FROM numbered n
JOIN answered(as_of) s ON s.submission = n.submission AND s.sheet = n.sheet
WHERE s.answer = 'rows';

-- What was told of each check and each finding, at first, when it was corrected, when it was mended and when a later day
-- was granted for it: on the screen, or by a checklist. `again_of` is the finding that came back with it.
CREATE OR REPLACE MACRO finding_told(as_of) AS TABLE
SELECT subject AS no, happened_at AS told_at, nth, 0 AS place, kind IN ('found', 'nothing_found', 'found_again') AS opens,
       (content ->> '$.entity')::UBIGINT AS entity, content ->> '$.entity_code' AS entity_code,
       content ->> '$.entity_name' AS entity_name, content ->> '$.field' AS field,
       content ->> '$.territory' AS territory, (content ->> '$.inspected_on')::DATE AS inspected_on,
       content ->> '$.method' AS method, content ->> '$.checked' AS checked,
       CASE WHEN kind IN ('found', 'found_again') THEN '发现问题' WHEN kind = 'nothing_found' THEN '未发现问题' END AS conclusion,
       content ->> '$.finding' AS finding, content ->> '$.finding_level' AS finding_level, content ->> '$.unit' AS unit_title,
       coalesce(content ->> '$.mend_due', content ->> '$.new_due')::DATE AS mend_due,
       kind = 'finding_extension_granted' AS extends, content ->> '$.requirement' AS requirement, NULL AS result,
       (content ->> '$.mended_on')::DATE AS mended_on, NULL AS submission, NULL AS sheet, NULL::BIGINT AS sheet_row,
       actor_unit AS sender, person, actor, content ->> '$.again_of' AS again_of
FROM acts_by(as_of)
WHERE kind IN ('found', 'nothing_found', 'found_again', 'corrected', 'replied', 'finding_extension_granted')
UNION ALL
SELECT no, ranked_at, nth, position * 1000000 + sheet_row, opens, entity, entity_code, entity_name, field, territory,
       inspected_on, NULL, checked, conclusion, finding, finding_level, NULL, mend_due, false, NULL, result, mended_on, submission,
       sheet, sheet_row, sender, NULL, NULL, NULL
FROM checklist_row(as_of);

-- Each check and each finding as it was last told, and where it stands: by the last act on it, else as the checklist says.
CREATE OR REPLACE MACRO finding_known(as_of) AS TABLE
WITH told AS (
    SELECT *, (told_at, nth, place) AS turn FROM finding_told(as_of)
),
summed AS (
    SELECT no, bool_or(opens) AS is_open_here, arg_max(entity, turn) AS entity, arg_max(entity_code, turn) AS entity_code,
           arg_max(entity_name, turn) AS entity_name, arg_max(field, turn) AS field,
           arg_max(territory, turn) AS territory, arg_max(inspected_on, turn) AS inspected_on,
           arg_max(method, turn) AS method, arg_max(checked, turn) AS checked,
           arg_max(conclusion, turn) AS conclusion, arg_max(finding, turn) AS finding,
           arg_max(finding_level, turn) AS finding_level, arg_max(unit_title, turn) AS unit_title,
           arg_max(mend_due, turn) AS mend_due, arg_max(mend_due, turn) FILTER (NOT extends) AS first_due,
           arg_max(requirement, turn) AS requirement, arg_max(again_of, turn) AS again_of,
           arg_max(result, turn) AS result, arg_max(mended_on, turn) AS mended_on,
           arg_max(submission, turn) AS submission, arg_max(sheet, turn) AS sheet, arg_max(sheet_row, turn) AS sheet_row,
           arg_min(sender, turn) FILTER (opens) AS sender, arg_min(person, turn) FILTER (opens) AS opened_by,
           arg_min(actor, turn) FILTER (opens) AS opener
    FROM told
    GROUP BY no
    HAVING is_open_here
)
SELECT s.* EXCLUDE (is_open_here), t.unit AS territory_code, f.field AS field_code, coalesce(u.unit, t.unit) AS unit,
       coalesce(a.seq, 0) AS seen_act,
       CASE WHEN a.state IS NOT NULL THEN a.state
            WHEN s.conclusion <> '发现问题' THEN 'clean'
            WHEN s.result = '已销号' THEN 'closed'
            WHEN s.result = '已整改' THEN 'passed'
            ELSE 'found' END AS state
FROM summed s
LEFT JOIN unit t ON t.title = s.territory
LEFT JOIN field f ON f.title = s.field
LEFT JOIN unit u ON u.title = s.unit_title
LEFT JOIN act_state(as_of) a ON a.matter = 'finding' AND a.subject = s.no;
