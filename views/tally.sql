-- The ledger counted and summed by territory, field and risk level: every measure of progress and risk is a sum or a
-- ratio of sums of these rows. A blank amount is unknown: it adds nothing, and `unknown` counts it.
CREATE OR REPLACE MACRO tally(as_of) AS TABLE
SELECT u.unit AS territory, u.title AS territory_title, f.field, f.title AS field_title, e.risk_level,
       count(*) AS found,
       count(*) FILTER (e.is_key) AS keyed,
       count(*) FILTER (e.disp_class = '合规类') AS compliant,
       count(*) FILTER (e.disp_class = '整改类') AS to_mend,
       count(*) FILTER (e.disp_class = '取缔类') AS to_close,
       count(*) FILTER (e.disp_class = '待定') AS undecided,
       count(*) FILTER (e.suspect = '是') AS suspect,
       count(*) FILTER (e.unrest <> '无') AS unrest,
       coalesce(sum(e.stock_scale), 0)::DOUBLE AS stock,
       coalesce(sum(e.overdue_amt), 0)::DOUBLE AS unpaid,
       coalesce(sum(e.people_cnt), 0)::BIGINT AS people,
       count(*) FILTER (e.people_cnt IS NULL) AS unknown,
       count(*) FILTER (e.is_mending) AS mending_all,
       count(*) FILTER (e.rectify_status = '正在整改') AS mending,
       count(*) FILTER (e.rectify_status = '已完成整改') AS mended,
       count(*) FILTER (e.rectify_status = '转入取缔类') AS turned,
       count(*) FILTER (e.progress IN ('正在检查', '完成现场检查', '出具整改意见', '提交整改计划', '整改计划已获批准')) AS begun,
       count(*) FILTER (e.progress IN ('完成现场检查', '出具整改意见', '提交整改计划', '整改计划已获批准')) AS visited,
       count(*) FILTER (e.progress IN ('出具整改意见', '提交整改计划', '整改计划已获批准')) AS noticed,
       count(*) FILTER (e.progress IN ('提交整改计划', '整改计划已获批准')) AS planned,
       count(*) FILTER (e.progress = '整改计划已获批准') AS approved,
       count(*) FILTER (e.is_closing) AS closing,
       count(*) FILTER (e.handed_over = '是') AS handed,
       count(*) FILTER (e.disp_class <> '合规类' AND e.rectify_status IS DISTINCT FROM '已完成整改'
                        AND e.handed_over IS DISTINCT FROM '是'
                        AND coalesce(e.op_status, '正常运营') = '正常运营') AS active,
       coalesce(sum(e.scale_init), 0)::DOUBLE AS scale_init,
       coalesce(sum(e.scale_end), 0)::DOUBLE AS scale_end,
       coalesce(sum(e.nc_init), 0)::DOUBLE AS nc_init,
       coalesce(sum(e.nc_end), 0)::DOUBLE AS nc_end,
       count(*) FILTER (e.scale_mom > 0) AS scale_rose,
       count(*) FILTER (e.nc_mom > 0) AS nc_rose,
       count(*) FILTER (e.new_noncompliant = '是') AS newly,
       count(*) FILTER (e.past_due) AS past_due,
       count(*) FILTER (e.past_exit) AS past_exit,
       count(*) FILTER (e.is_overdue) AS is_overdue,
       count(*) FILTER (e.inspected_on IS NOT NULL) AS inspected,
       count(*) FILTER (e.inspected_on IS NOT NULL AND e.is_key) AS inspected_keyed,
       coalesce(sum(e.faults), 0)::BIGINT AS faults,
       coalesce(sum(e.open_faults), 0)::BIGINT AS open_faults,
       coalesce(sum(e.overdue_faults), 0)::BIGINT AS overdue_faults,
       count(*) FILTER (e.acceptance IS NOT NULL) AS examined,
       count(*) FILTER (e.acceptance = '验收合格') AS passed,
       count(*) FILTER (e.is_closed = '是') AS struck_off
FROM ledger(as_of) e
JOIN unit u ON u.title = e.territory
JOIN field f ON f.title = e.field
GROUP BY u.unit, u.title, u.position, f.field, f.title, f.position, e.risk_level
ORDER BY u.position, f.position, e.risk_level;
