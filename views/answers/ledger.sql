-- 台账: every institution as it stands at the end of a day. The survey says who there is, the monthly sheets how it
-- goes on; what the later return says replaces what the earlier said. One row for each institution (一企一号) and field.

-- The institutions under 整改, and those to be closed, as the sheets that stand tell of them.
CREATE OR REPLACE MACRO mending(as_of) AS TABLE
SELECT r.*, list_position(['正在检查', '完成现场检查', '出具整改意见', '提交整改计划', '整改计划已获批准'], r.progress) AS step
FROM rectification r
JOIN sheets_in_force(as_of) s ON s.submission = r.submission AND s.sheet = r.sheet
WHERE s.return_ = 'rectification' AND s.answer = 'rows';

CREATE OR REPLACE MACRO closing(as_of) AS TABLE
SELECT r.*
FROM ban r
JOIN sheets_in_force(as_of) s ON s.submission = r.submission AND s.sheet = r.sheet
WHERE s.return_ = 'ban' AND s.answer = 'rows';

-- Every record by itself, whether it is merged or not.
CREATE OR REPLACE MACRO recorded(as_of) AS TABLE
WITH inspected AS (
    SELECT entity, max(inspected_on) AS inspected_on, count(*) FILTER (is_fault) AS faults,
           count(*) FILTER (is_open) AS open_faults, count(*) FILTER (is_overdue) AS overdue_faults,
           count(*) FILTER (is_open AND finding_level = '严重') AS grave_faults
    FROM finding(as_of, NULL)
    GROUP BY entity
),
struck AS (
    SELECT r.*
    FROM acceptance r
    JOIN sheets_in_force(as_of) s ON s.submission = r.submission AND s.sheet = r.sheet
    WHERE s.return_ = 'acceptance' AND s.answer = 'rows'
)
SELECT coalesce(v.entity, m.entity, b.entity) AS entity,
       coalesce(v.entity_code, m.entity_code, b.entity_code) AS entity_code,
       coalesce(v.entity_name, m.entity_name, b.entity_name) AS entity_name,
       coalesce(v.territory, m.territory, b.territory) AS territory,
       coalesce(v.field, m.field, b.field) AS field,
       coalesce(v.territory_code, m.territory_code, b.territory_code) AS territory_code,
       coalesce(v.field_code, m.field_code, b.field_code) AS field_code,
       v.entity_type, v.id_no, coalesce(v.source, m.found_when, b.found_when) AS source,
       CASE WHEN b.entity IS NOT NULL OR m.rectify_status = '转入取缔类' THEN '取缔类'
            WHEN m.entity IS NOT NULL THEN '整改类'
            ELSE coalesce(v.disp_class, '待定') END AS disp_class,
       coalesce(m.risk_level, v.risk_level, '未评') AS risk_level,
       coalesce(m.risk_desc, v.risk_desc) AS risk_desc,
       coalesce(v.is_key = '重点对象', true) AS is_key,
       coalesce(v.suspect_illegal_fund, '') AS suspect,
       coalesce(v.stability_flag, '无') AS unrest,
       coalesce(m.scale_end, v.stock_scale) AS stock_scale,
       coalesce(m.nc_end, v.noncompliant_scale) AS nc_scale,
       v.people_cnt, v.overdue_amt, coalesce(v.unknown, '') AS unknown,
       m.entity IS NOT NULL AS is_mending,
       m.progress, m.step, m.rectify_status, m.op_status, m.notice_date, m.rectify_due, m.exit_plan_date,
       m.scale_init, m.scale_end, m.scale_mom, m.nc_init, m.nc_end, m.nc_mom, m.new_noncompliant,
       b.entity IS NOT NULL AS is_closing,
       b.ban_dest, b.handed_over, b.handover_date,
       i.inspected_on, coalesce(i.faults, 0) AS faults, coalesce(i.open_faults, 0) AS open_faults,
       coalesce(i.overdue_faults, 0) AS overdue_faults, coalesce(i.grave_faults, 0) AS grave_faults,
       a.result AS acceptance, a.is_closed, a.closed_on,
       coalesce(m.rectify_due < as_of AND m.rectify_status = '正在整改', false) AS past_due,
       coalesce(m.exit_plan_date < as_of AND m.nc_end > 0, false) AS past_exit,
       past_due OR past_exit AS is_overdue,
       coalesce(m.scale_mom > 0 OR m.nc_mom > 0 OR m.new_noncompliant = '是', false) AS rose,
       coalesce(b.handed_over = '否', false) AS is_unhanded,
       CASE WHEN a.is_closed = '是' THEN '已销号'
            WHEN a.result = '验收合格' THEN '验收合格'
            WHEN b.handed_over = '是' THEN '已交接'
            WHEN b.entity IS NOT NULL THEN '取缔未交接'
            WHEN m.rectify_status IN ('已完成整改', '转入取缔类') THEN m.rectify_status
            WHEN m.entity IS NOT NULL THEN '正在整改'
            WHEN v.disp_class = '合规类' THEN '合规'
            ELSE '未分类处置' END AS stage
FROM surveyed(as_of) v
FULL JOIN mending(as_of) m ON m.entity = v.entity
FULL JOIN closing(as_of) b ON b.entity = coalesce(v.entity, m.entity)
LEFT JOIN inspected i ON i.entity = coalesce(v.entity, m.entity, b.entity)
LEFT JOIN struck a ON a.entity = coalesce(v.entity, m.entity, b.entity);

-- An institution has a row in each field in which it is told of; of merged records in a field one stands, with what the
-- inspectors found of any of them. Whoever only a register of the campaign's own tells of stands there too. `firm` tells apart those of which several records are told, NULL for all others.
CREATE OR REPLACE MACRO ledger(as_of) AS TABLE
WITH counted AS MATERIALIZED (
    FROM counted_as(as_of)
),
found AS (
    SELECT c.standing, max(f.inspected_on) AS inspected_on, count(*) FILTER (f.is_fault) AS faults,
           count(*) FILTER (f.is_open) AS open_faults, count(*) FILTER (f.is_overdue) AS overdue_faults,
           count(*) FILTER (f.is_open AND f.finding_level = '严重') AS grave_faults
    FROM counted c
    JOIN finding(as_of, NULL) f ON f.entity = c.record
    GROUP BY c.standing
),
marked AS (
    SELECT coalesce(c.record, n.record) AS record, c.firm, c.place, c.standing, n.code,
           f.inspected_on, f.faults, f.open_faults, f.overdue_faults, f.grave_faults
    FROM counted c
    FULL JOIN numbered(as_of) n ON n.record = c.record
    LEFT JOIN found f ON f.standing = c.record
)
SELECT r.* REPLACE (coalesce(k.code, r.entity_code) AS entity_code, coalesce(k.inspected_on, r.inspected_on) AS inspected_on,
                    coalesce(k.faults, r.faults) AS faults, coalesce(k.open_faults, r.open_faults) AS open_faults,
                    coalesce(k.overdue_faults, r.overdue_faults) AS overdue_faults,
                    coalesce(k.grave_faults, r.grave_faults) AS grave_faults),
       k.firm, k.place AS firm_place, coalesce(o.open_entries, 0) AS open_entries
FROM recorded(as_of) r
LEFT JOIN marked k ON k.record = r.entity
LEFT JOIN own_told(as_of) o ON o.entity = r.entity
WHERE k.standing IS NULL OR k.standing = r.entity
UNION ALL BY NAME
SELECT o.entity, coalesce(n.code, o.entity_code) AS entity_code, o.entity_name, t.title AS territory, f.title AS field, o.territory_code, o.field_code,
       '待定' AS disp_class, '未评' AS risk_level, false AS is_key, '' AS suspect, '无' AS unrest, '' AS unknown,
       false AS is_mending, false AS is_closing, 0 AS faults, 0 AS open_faults, 0 AS overdue_faults, 0 AS grave_faults,
       false AS past_due, false AS past_exit, false AS is_overdue, false AS rose, false AS is_unhanded,
       '未分类处置' AS stage, o.open_entries
FROM own_told(as_of) o
JOIN unit t ON t.unit = o.territory_code
JOIN field f ON f.field = o.field_code
LEFT JOIN numbered(as_of) n ON n.record = o.entity
WHERE NOT EXISTS (SELECT 1 FROM recorded(as_of) r WHERE r.entity = o.entity);
