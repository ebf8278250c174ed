-- 双降: month by month how things stood by the monthly sheets of that month or, where one is not in, of the last
-- before it: silence is no progress. One row for each month of which a sheet tells and each cell; `tells_of` is the
-- last day of the month before the one in which the matter is due. The last month's `active` is that of the ledger.
-- Merged records (归并, as of the day) have rows of their own; of those of a field the first that is told of stands.
CREATE OR REPLACE MACRO descent(as_of, of_scope) AS TABLE
WITH told AS (
    SELECT c.submission, c.sheet, c.return_, c.unit, c.field, c.answer, c.ranked_at, c.entry, o.due, o.owed_for,
           (date_trunc('month', o.due) - INTERVAL 1 DAY)::DATE AS tells_of
    FROM current_answer(as_of) c
    JOIN obligation o ON o.obligation = c.obligation
    WHERE c.return_ IN ('rectification', 'ban')
),
month_told AS (
    SELECT DISTINCT tells_of FROM told
),
standing AS (
    SELECT m.tells_of, t.submission, t.sheet, t.return_, t.answer
    FROM month_told m
    JOIN told t ON t.tells_of <= m.tells_of
    QUALIFY row_number() OVER (
        PARTITION BY m.tells_of, t.return_, t.field, CASE WHEN t.owed_for = 'field' THEN '' ELSE t.unit END
        ORDER BY t.due DESC, t.ranked_at DESC, t.entry DESC
    ) = 1
),
held AS (
    SELECT s.tells_of, r.*
    FROM rectification r
    JOIN standing s ON s.submission = r.submission AND s.sheet = r.sheet
    WHERE s.return_ = 'rectification' AND s.answer = 'rows'
),
banned AS (
    SELECT s.tells_of, r.*
    FROM ban r
    JOIN standing s ON s.submission = r.submission AND s.sheet = r.sheet
    WHERE s.return_ = 'ban' AND s.answer = 'rows'
),
listed AS (
    SELECT coalesce(h.tells_of, b.tells_of) AS tells_of, coalesce(h.entity, b.entity) AS entity,
           coalesce(h.territory_code, b.territory_code) AS territory_code,
           coalesce(h.field_code, b.field_code) AS field_code, h.risk_level,
           h.entity IS NOT NULL AS is_held, h.rectify_status, b.handed_over, h.op_status,
           h.scale_init, h.scale_end, h.nc_init, h.nc_end
    FROM held h
    FULL JOIN banned b ON b.tells_of = h.tells_of AND b.entity = h.entity
),
joined AS MATERIALIZED (
    FROM merged(as_of)
),
surveyed_too AS (
    SELECT v.entity, v.territory_code, v.field_code, coalesce(v.risk_level, '未评') AS risk_level,
           coalesce(v.disp_class, '待定') <> '合规类' AS is_open, j.firm, j.place
    FROM surveyed(as_of) v
    LEFT JOIN joined j ON j.record = v.entity
),
open_cell AS (
    SELECT territory_code, field_code, risk_level, firm, place, count(*) FILTER (is_open) AS n
    FROM surveyed_too
    WHERE is_open OR firm IS NOT NULL
    GROUP BY ALL
),
line AS (
    SELECT m.tells_of, c.territory_code, c.field_code, c.risk_level, c.firm, c.place, NULL::BOOLEAN AS is_held,
           NULL::VARCHAR AS rectify_status, NULL::VARCHAR AS handed_over, c.n AS active,
           NULL::DECIMAL(18, 4) AS scale_init, NULL::DECIMAL(18, 4) AS scale_end,
           NULL::DECIMAL(18, 4) AS nc_init, NULL::DECIMAL(18, 4) AS nc_end
    FROM month_told m, open_cell c
    UNION ALL -- who is listed is taken out of those who are only surveyed
    SELECT l.tells_of, v.territory_code, v.field_code, v.risk_level, v.firm, v.place,
           NULL, NULL, NULL, -1, NULL, NULL, NULL, NULL
    FROM listed l
    JOIN surveyed_too v ON v.entity = l.entity
    WHERE v.is_open
    UNION ALL
    SELECT l.tells_of, coalesce(v.territory_code, l.territory_code), coalesce(v.field_code, l.field_code),
           coalesce(l.risk_level, v.risk_level, '未评'), j.firm, j.place, l.is_held, l.rectify_status, l.handed_over,
           (l.rectify_status IS DISTINCT FROM '已完成整改' AND l.handed_over IS DISTINCT FROM '是'
            AND coalesce(l.op_status, '正常运营') = '正常运营')::INT,
           l.scale_init, l.scale_end, l.nc_init, l.nc_end
    FROM listed l
    LEFT JOIN surveyed_too v ON v.entity = l.entity
    LEFT JOIN joined j ON j.record = l.entity
),
cell AS (
    SELECT tells_of, territory_code, field_code, risk_level, firm, place,
           sum(active)::BIGINT AS active, count(*) FILTER (is_held) AS firms,
           count(*) FILTER (rectify_status = '正在整改') AS mending,
           count(*) FILTER (rectify_status = '已完成整改') AS mended,
           count(*) FILTER (handed_over = '否') AS unhanded, count(*) FILTER (handed_over = '是') AS handed,
           coalesce(sum(scale_init), 0)::DOUBLE AS scale_init, coalesce(sum(scale_end), 0)::DOUBLE AS scale_end,
           coalesce(sum(nc_init), 0)::DOUBLE AS nc_init, coalesce(sum(nc_end), 0)::DOUBLE AS nc_end
    FROM line
    GROUP BY tells_of, territory_code, field_code, risk_level, firm, place
),
first_told AS (
    FROM cell
    QUALIFY firm IS NULL OR place = min(place) OVER (PARTITION BY tells_of, firm, field_code)
)
SELECT c.tells_of, u.unit AS territory, f.field, c.risk_level, coalesce(c.firm, 0) AS firm,
       coalesce(c.place, 0) AS firm_place, c.active, c.firms, c.mending, c.mended, c.unhanded, c.handed,
       c.scale_init, c.scale_end, c.nc_init, c.nc_end
FROM first_told c
JOIN unit u ON u.unit = c.territory_code
JOIN field f ON f.field = c.field_code
WHERE is_reached(u.unit, f.field, of_scope)
ORDER BY c.tells_of, u.position, f.position, c.risk_level, firm;

-- The baseline of 双降, frozen when the survey ends: institutions not 合规类 in the surveys accepted by then, with what was
-- merged as of the day that is looked at: merging alone is no fall.
CREATE OR REPLACE MACRO baseline(frozen_on, as_of, of_scope) AS TABLE
WITH cell AS (
    SELECT v.territory_code, v.field_code, coalesce(v.risk_level, '未评') AS level, j.firm, j.place,
           count(*) FILTER (coalesce(v.disp_class, '待定') <> '合规类') AS active
    FROM surveyed(frozen_on) v
    LEFT JOIN merged(as_of) j ON j.record = v.entity
    GROUP BY v.territory_code, v.field_code, level, j.firm, j.place
    QUALIFY j.firm IS NULL OR j.place = min(j.place) OVER (PARTITION BY j.firm, v.field_code)
)
SELECT u.unit AS territory, f.field, c.level AS risk_level, coalesce(c.firm, 0) AS firm,
       coalesce(c.place, 0) AS firm_place, c.active
FROM cell c
JOIN unit u ON u.unit = c.territory_code
JOIN field f ON f.field = c.field_code
WHERE c.active > 0 AND is_reached(u.unit, f.field, of_scope)
ORDER BY ALL;
