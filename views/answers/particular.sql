-- What only one field's survey asks: payment without a licence (第三方支付), and what was done about advertisements:
-- one row for each institution of those surveys.
CREATE OR REPLACE MACRO particular(as_of, of_scope) AS TABLE
WITH asked AS (
    SELECT submission, sheet, sheet_row, 1 AS payers,
           (coalesce(is_licensed = '否', false) OR entity_type = '无证支付机构')::INTEGER AS unlicensed,
           0 AS advertisers, 0 AS monitored, 0 AS illegal, 0 AS talks, 0 AS halted, 0 AS fined, 0.0 AS fine
    FROM survey_payment
    UNION ALL
    SELECT submission, sheet, sheet_row, 0, 0, 1, coalesce(monitored_cnt, 0), coalesce(illegal_cnt, 0),
           coalesce(talks_cnt, 0), (stopped_on IS NOT NULL)::INTEGER, coalesce(fine > 0, false)::INTEGER, coalesce(fine, 0)
    FROM survey_advert
)
SELECT v.entity, a.* EXCLUDE (submission, sheet, sheet_row)
FROM asked a
JOIN surveyed(as_of) v ON v.submission = a.submission AND v.sheet = a.sheet AND v.sheet_row = a.sheet_row
WHERE is_reached(v.territory_code, v.field_code, of_scope);
