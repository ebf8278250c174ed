-- The ledger counted and summed by territory, field and risk level: every measure of progress and risk is a sum or a
-- ratio of sums of these rows. A blank amount is unknown: it adds nothing, and `unknown` counts it.
CREATE OR REPLACE MACRO tally(as_of) AS TABLE
WITH alike AS ( -- institutions that are counted in the same ways, together: few rows, whatever the ledger holds
    SELECT territory, field, risk_level, is_key, disp_class, suspect, unrest, is_mending, rectify_status, progress,
           op_status, is_closing, handed_over, past_due, past_exit, inspected_on IS NOT NULL AS is_inspected, acceptance,
           is_closed, scale_mom > 0 AS scale_up, nc_mom > 0 AS nc_up, new_noncompliant,
           count(*) AS n, count(*) FILTER (people_cnt IS NULL) AS unknown, sum(people_cnt) AS people,
           sum(stock_scale) AS stock, sum(overdue_amt) AS unpaid, sum(scale_init) AS scale_init,
           sum(scale_end) AS scale_end, sum(nc_init) AS nc_init, sum(nc_end) AS nc_end, sum(faults) AS faults,
           sum(open_faults) AS open_faults, sum(overdue_faults) AS overdue_faults
    FROM ledger(as_of)
    GROUP BY ALL
),
step AS (
    SELECT *, list_position(['正在检查', '完成现场检查', '出具整改意见', '提交整改计划', '整改计划已获批准'], progress) AS nth
    FROM alike
)
SELECT u.unit AS territory, u.title AS territory_title, f.field, f.title AS field_title, e.risk_level,
       sum(n) AS found,
       sum(n) FILTER (e.is_key) AS keyed,
       sum(n) FILTER (e.disp_class = '合规类') AS compliant,
       sum(n) FILTER (e.disp_class = '整改类') AS to_mend,
       sum(n) FILTER (e.disp_class = '取缔类') AS to_close,
       sum(n) FILTER (e.disp_class = '待定') AS undecided,
       sum(n) FILTER (e.suspect = '是') AS suspect,
       sum(n) FILTER (e.unrest <> '无') AS unrest,
       sum(e.stock)::DOUBLE AS stock,
       sum(e.unpaid)::DOUBLE AS unpaid,
       sum(e.people) AS people,
       sum(e.unknown) AS unknown,
       sum(n) FILTER (e.is_mending) AS mending_all,
       sum(n) FILTER (e.rectify_status = '正在整改') AS mending,
       sum(n) FILTER (e.rectify_status = '已完成整改') AS mended,
       sum(n) FILTER (e.rectify_status = '转入取缔类') AS turned,
       sum(n) FILTER (e.nth >= 1) AS begun,
       sum(n) FILTER (e.nth >= 2) AS visited,
       sum(n) FILTER (e.nth >= 3) AS noticed,
       sum(n) FILTER (e.nth >= 4) AS planned,
       sum(n) FILTER (e.nth >= 5) AS approved,
       sum(n) FILTER (e.is_closing) AS closing,
       sum(n) FILTER (e.handed_over = '是') AS handed,
       sum(n) FILTER (e.disp_class <> '合规类' AND e.rectify_status IS DISTINCT FROM '已完成整改'
                      AND e.handed_over IS DISTINCT FROM '是'
                      AND coalesce(e.op_status, '正常运营') = '正常运营') AS active,
       sum(e.scale_init)::DOUBLE AS scale_init,
       sum(e.scale_end)::DOUBLE AS scale_end,
       sum(e.nc_init)::DOUBLE AS nc_init,
       sum(e.nc_end)::DOUBLE AS nc_end,
       sum(n) FILTER (e.scale_up) AS scale_rose,
       sum(n) FILTER (e.nc_up) AS nc_rose,
       sum(n) FILTER (e.new_noncompliant = '是') AS newly,
       sum(n) FILTER (e.past_due) AS past_due,
       sum(n) FILTER (e.past_exit) AS past_exit,
       sum(n) FILTER (e.past_due OR e.past_exit) AS is_overdue,
       sum(n) FILTER (e.is_inspected) AS inspected,
       sum(n) FILTER (e.is_inspected AND e.is_key) AS inspected_keyed,
       sum(e.faults) AS faults,
       sum(e.open_faults) AS open_faults,
       sum(e.overdue_faults) AS overdue_faults,
       sum(n) FILTER (e.acceptance IS NOT NULL) AS examined,
       sum(n) FILTER (e.acceptance = '验收合格') AS passed,
       sum(n) FILTER (e.is_closed = '是') AS struck_off
FROM step e
JOIN unit u ON u.title = e.territory
JOIN field f ON f.title = e.field
GROUP BY u.unit, u.title, u.position, f.field, f.title, f.position, e.risk_level
ORDER BY u.position, f.position, e.risk_level;
