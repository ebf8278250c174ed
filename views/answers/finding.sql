-- What the inspectors checked and found, on the screen or by checklist: one row for each check without a finding and for
-- each finding, as it stands. Reached by who told it, by the unit that must mend it, and by territory and field.
-- It is late while the unit's own step is past its day; `days` are working days left of it by the plan's calendar.
CREATE OR REPLACE MACRO finding(as_of, of_scope) AS TABLE
WITH known AS (
    SELECT min(day) AS first_day, max(day) AS last_day FROM "day"
),
told AS (
    SELECT k.*, k.conclusion = '发现问题' AS is_fault, is_fault AND is_open_state(k.state) AS is_open,
           is_open AND is_of_unit(k.state) AS is_waiting, is_waiting AND is_past(k.mend_due, as_of) AS is_overdue,
           due_day.nth - today.nth AS days
    FROM finding_known(as_of) k
    CROSS JOIN known d
    JOIN "day" today ON today.day = least(greatest(as_of, d.first_day), d.last_day)
    LEFT JOIN "day" due_day ON due_day.day = least(greatest(k.mend_due, d.first_day), d.last_day)
    WHERE is_reached(k.sender, NULL, of_scope) OR is_reached(k.unit, NULL, of_scope)
       OR is_reached(k.territory_code, k.field_code, of_scope)
)
SELECT t.entity, t.entity_code, t.entity_name, t.field, t.territory, t.inspected_on, coalesce(t.method, '') AS method,
       t.checked, t.conclusion,
       t.no, t.finding, t.finding_level, t.mend_due, t.first_due, coalesce(t.requirement, '') AS requirement,
       coalesce(t.again_of, '') AS again_of, t.unit, u.title AS unit_title, t.state, t.result,
       t.mended_on, t.sender, coalesce(t.opener, '') AS opener, coalesce(t.opened_by, '') AS opened_by,
       coalesce(t.submission, '') AS submission, coalesce(t.sheet, '') AS sheet, coalesce(t.sheet_row, 0) AS sheet_row,
       t.seen_act,
       t.is_fault, t.is_open, t.is_waiting, t.is_overdue,
       CASE WHEN NOT t.is_waiting THEN ''
            WHEN t.is_overdue THEN 'overdue'
            ELSE light_ahead(t.days) END AS status,
       t.days
FROM told t
JOIN unit u ON u.unit = t.unit;
