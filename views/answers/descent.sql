-- 双降: month by month what the monthly sheets told, by territory and field. One row for each month and cell that
-- told of anything; `tells_of` is the last day of the month before the one in which the matter is due.
CREATE OR REPLACE MACRO descent(as_of) AS TABLE
WITH told AS (
    SELECT c.submission, c.sheet, c.return_, o.obligation, (date_trunc('month', o.due) - INTERVAL 1 DAY)::DATE AS tells_of
    FROM current_answer(as_of) c
    JOIN obligation o ON o.obligation = c.obligation
    WHERE c.answer = 'rows' AND c.return_ IN ('rectification', 'ban')
),
line AS (
    SELECT t.tells_of, r.territory_code, r.field_code, 1 AS firms, (r.rectify_status = '正在整改')::INT AS mending,
           (r.rectify_status = '已完成整改')::INT AS mended, 0 AS unhanded, 0 AS handed,
           r.scale_init, r.scale_end, r.nc_init, r.nc_end
    FROM rectification r
    JOIN told t ON t.submission = r.submission AND t.sheet = r.sheet
    UNION ALL
    SELECT t.tells_of, r.territory_code, r.field_code, 0, 0, 0, (r.handed_over = '否')::INT, (r.handed_over = '是')::INT,
           NULL, NULL, NULL, NULL
    FROM ban r
    JOIN told t ON t.submission = r.submission AND t.sheet = r.sheet
)
SELECT l.tells_of, u.unit AS territory, f.field,
       sum(l.firms)::BIGINT AS firms, sum(l.mending)::BIGINT AS mending, sum(l.mended)::BIGINT AS mended,
       sum(l.unhanded)::BIGINT AS unhanded, sum(l.handed)::BIGINT AS handed,
       coalesce(sum(l.scale_init), 0)::DOUBLE AS scale_init, coalesce(sum(l.scale_end), 0)::DOUBLE AS scale_end,
       coalesce(sum(l.nc_init), 0)::DOUBLE AS nc_init, coalesce(sum(l.nc_end), 0)::DOUBLE AS nc_end
FROM line l
JOIN unit u ON u.unit = l.territory_code
JOIN field f ON f.field = l.field_code
GROUP BY l.tells_of, u.unit, u.position, f.field, f.position
ORDER BY l.tells_of, u.position, f.position;

-- The baseline of 双降, frozen when the survey ends: institutions not 合规类 in the surveys accepted by then.
CREATE OR REPLACE MACRO baseline(frozen_on) AS TABLE
SELECT u.unit AS territory, f.field, count(*) AS active
FROM surveyed(frozen_on) v
JOIN unit u ON u.unit = v.territory_code
JOIN field f ON f.field = v.field_code
WHERE coalesce(v.disp_class, '待定') <> '合规类'
GROUP BY u.unit, f.field
ORDER BY u.unit, f.field;
