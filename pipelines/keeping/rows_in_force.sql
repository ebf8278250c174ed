-- Of what came, the rows: entries of registers, cells to be explained, cells that can be named, institutions that are missing.
-- `keyed_row()` and `register_row()` are made from the declarations (in_force.py).

-- Whether two texts of a cell say the same: whatever the width of their digits, however a day or an amount is written.
-- A number with a zero before it is a code, not an amount; five digits are a day only beside a day (Excel's own count).
CREATE OR REPLACE MACRO half_width(some_words) AS
trim(translate(coalesce(some_words, ''), '０１２３４５６７８９．－，　', '0123456789.-, '));
CREATE OR REPLACE MACRO day_said(some_words) AS try_strptime(
    replace(replace(half_width(some_words), ' ', ''), '号', '日'),
    ['%Y-%m-%d', '%Y年%m月%d日', '%Y.%m.%d', '%Y/%m/%d', '%Y%m%d', '%Y-%m-%d%H:%M:%S', '%Y-%m-%dT%H:%M:%S']
);
CREATE OR REPLACE MACRO day_counted(some_words) AS CASE WHEN regexp_full_match(half_width(some_words), '[2-5]\d{4}')
    THEN TIMESTAMP '1899-12-30' + to_days(half_width(some_words)::INTEGER) END;
CREATE OR REPLACE MACRO amount_said(some_words) AS
CASE WHEN regexp_full_match(replace(half_width(some_words), ',', ''), '-?(0|[1-9]\d{0,17})(\.\d{1,9})?')
    THEN replace(half_width(some_words), ',', '')::DECIMAL(28, 9) END;
CREATE OR REPLACE MACRO says_same(one, other) AS
half_width(one) = half_width(other)
OR coalesce(day_said(one) = coalesce(day_said(other), day_counted(other)), false)
OR coalesce(day_counted(one) = day_said(other), false)
OR coalesce(amount_said(one) = amount_said(other), false);

-- Entries of registers that were taken out (撤回一条), each with the moment from which it counts no more.
CREATE OR REPLACE MACRO taken_out(as_of) AS TABLE
SELECT subject AS entry, max(happened_at) AS taken_at
FROM acts_by(as_of)
WHERE matter = 'entry_withdrawal' AND state = 'withdrawn'
GROUP BY subject;

-- Every entry of a register in every accepted sending; `stands` unless it was taken out after that sending had come.
CREATE OR REPLACE MACRO entry_accepted(as_of) AS TABLE
SELECT concat_ws('|', s.unit, s.obligation, e.return_, e.entry_key) AS subject, s.unit, s.obligation, e.return_, e.entry_key,
       e.dated_by, e.entry_day, s.id AS submission, s.received_at, s.ranked_at, s.entry, s.placed_words,
       t.entry IS NULL OR s.received_at > t.taken_at AS stands
FROM register_row() e
JOIN came(as_of) s ON s.id = e.submission
LEFT JOIN taken_out(as_of) t ON t.entry = concat_ws('|', s.unit, s.obligation, e.return_, e.entry_key)
WHERE s.verdict = 'acceptable';

-- A row for each entry that counts, told apart by its key, and one for each of its day columns.
CREATE OR REPLACE MACRO register(as_of) AS TABLE
SELECT unit, obligation, return_, entry_key, dated_by, arg_max(entry_day, (ranked_at, entry)) AS entry_day,
       min(received_at) AS received_at, arg_min(placed_words, (received_at, entry)) AS placed_words
FROM entry_accepted(as_of)
WHERE stands
GROUP BY unit, obligation, return_, entry_key, dated_by;

-- Each entry once, as acts name it: when it came, of those sendings in which it stands, else of all.
CREATE OR REPLACE MACRO entry_told(as_of) AS TABLE
SELECT subject, unit, obligation, return_, entry_key, bool_or(stands) AS stands,
       coalesce(min(received_at) FILTER (stands), min(received_at)) AS came_at,
       arg_max(submission, (ranked_at, entry)) AS submission
FROM entry_accepted(as_of)
WHERE dated_by = ''
GROUP BY subject, unit, obligation, return_, entry_key;

-- Each 核实 of what is in force, but of those that are answered as 缺行. `subject` tells it apart whichever sending it stands in: the unit, the return, the
-- institution or entry of its row, the column.
CREATE OR REPLACE MACRO cell_to_explain(as_of) AS TABLE
SELECT concat_ws('|', s.unit, p.return_, coalesce(k.row_key, p.sheet || '!' || p.cell), p.column_name) AS subject,
       s.unit, s.obligation, p.submission, p.return_, p.sheet, p.cell, p."row", p.column_name, p.title, p.value, p.message,
       p.remedy, p.rule, k.entity
FROM problem p
JOIN came(as_of) s ON s.id = p.submission
JOIN obligation o ON o.obligation = s.obligation
LEFT JOIN keyed_row() k ON k.return_ = p.return_ AND k.submission = p.submission AND k.sheet = p.sheet
                       AND k.sheet_row = p."row"
LEFT JOIN taken_out(as_of) t ON t.entry = concat_ws('|', s.unit, s.obligation, p.return_, k.row_key)
WHERE p.level = 'verify' AND NOT is_of_gap(p.rule) AND s.verdict = 'acceptable' AND (t.entry IS NULL OR s.received_at > t.taken_at)
  AND (o.counts = 'row' OR p.submission IN (SELECT submission FROM current_answer(as_of)))
QUALIFY row_number() OVER (PARTITION BY subject ORDER BY s.ranked_at DESC, s.entry DESC, p.cell) = 1;

-- Every cell of every row, by its place in the sender's own workbook.
CREATE OR REPLACE MACRO cell_told() AS TABLE
SELECT k.submission, k.sheet, h.letters || k.sheet_row AS cell, k.sheet_row, k.return_, k.row_key, h.column_name
FROM keyed_row() k
JOIN heading h ON h.submission = k.submission AND h.sheet = k.sheet;

-- The sheets that stood before a unit's period of a series, or stand in it: every version of the period itself, and what
-- is in force of the last period before it (`stood_for`). `is_last` unless a later period is in force.
CREATE OR REPLACE MACRO sheet_stood(as_of) AS TABLE
WITH series AS (
    SELECT obligation, returns, due FROM obligation WHERE counts = 'submission' AND owed_for <> 'field' AND due IS NOT NULL
),
in_force AS (
    SELECT DISTINCT c.unit, s.obligation, s.returns, s.due
    FROM current_answer(as_of) c
    JOIN series s ON s.obligation = c.obligation
),
period AS (
    SELECT f.unit, s.obligation, arg_max(f.obligation, f.due) FILTER (f.due < s.due) AS earlier,
           max(f.due) <= s.due AS is_last
    FROM in_force f
    JOIN series s ON s.returns = f.returns
    GROUP BY f.unit, s.obligation, s.due
)
SELECT p.unit, p.obligation, p.is_last, p.obligation AS stood_for, a.submission, a.sheet, a.return_, a.field, a.ranked_at,
       a.entry
FROM period p
JOIN answered(as_of) a ON a.unit = p.unit AND a.obligation = p.obligation
UNION ALL
SELECT p.unit, p.obligation, p.is_last, p.earlier, c.submission, c.sheet, c.return_, c.field, c.ranked_at, c.entry
FROM period p
JOIN current_answer(as_of) c ON c.unit = p.unit AND c.obligation = p.earlier;

-- Institutions that stood in the last period, or in an earlier version, and stand no more in what a unit's last period
-- has in force; `stood_in` is the sending in which each stood last.
CREATE OR REPLACE MACRO row_missing(as_of) AS TABLE
WITH listed AS (
    SELECT DISTINCT c.unit, c.obligation, k.entity
    FROM current_answer(as_of) c
    LEFT JOIN keyed_row() k ON k.submission = c.submission AND k.sheet = c.sheet
)
SELECT concat_ws('|', s.obligation, s.unit, k.entity) AS subject, s.unit, s.obligation, k.entity,
       arg_max(s.submission, (s.ranked_at, s.entry)) AS stood_in
FROM sheet_stood(as_of) s
JOIN keyed_row() k ON k.submission = s.submission AND k.sheet = s.sheet
WHERE s.is_last
  AND k.entity IS NOT NULL
  AND EXISTS (SELECT 1 FROM listed l WHERE l.unit = s.unit AND l.obligation = s.obligation)
GROUP BY s.obligation, s.unit, k.entity
HAVING NOT EXISTS (
    SELECT 1 FROM listed l WHERE l.unit = s.unit AND l.obligation = s.obligation AND l.entity = k.entity
);
