-- A territory's score out of 100 (K25): on time, answered cells of the survey, mended, passed at once; what each weighs
-- is declared in score.py (`weight_of`).
-- A part with nothing to measure is left out and the weights of the others are taken up accordingly.
CREATE OR REPLACE MACRO score(of_phase, of_dates, as_of, of_scope) AS TABLE
WITH spare AS ( -- merged records that another stands for, in their field or in their territory
    SELECT record
    FROM counted_as(as_of)
    QUALIFY standing <> record
         OR record <> first_value(record) OVER (PARTITION BY firm, territory_code, standing = record ORDER BY place)
),
part AS (
    SELECT unit, weight_of('on_time') AS weight, rate AS share FROM league(of_phase, of_dates, as_of, NULL)
    UNION ALL
    SELECT territory, weight_of('answered'), count(*) FILTER (is_settled(answer)) / count(*)
    FROM coverage(as_of, NULL)
    WHERE is_past(due, as_of)
    GROUP BY territory
    UNION ALL
    SELECT u.unit, weight_of('mended'), count(*) FILTER (m.rectify_status = '已完成整改')
                       / nullif(count(*) FILTER (m.rectify_status IN ('正在整改', '已完成整改')), 0)
    FROM mending(as_of) m
    JOIN unit u ON u.unit = m.territory_code
    WHERE NOT EXISTS (SELECT 1 FROM spare s WHERE s.record = m.entity)
    GROUP BY u.unit
    UNION ALL
    SELECT unit, weight_of('passed'), first_passed / nullif(returns, 0) FROM quality(as_of, NULL)
)
SELECT u.unit, u.title AS unit_title, 100 * sum(p.weight * p.share ORDER BY p.weight * p.share) / sum(p.weight) AS score,
       sum(p.weight)::BIGINT AS measured
FROM part p
JOIN unit u ON u.unit = p.unit
WHERE p.share IS NOT NULL AND u.block = 'territory' AND is_reached(u.unit, NULL, of_scope)
GROUP BY u.unit, u.title, u.position
ORDER BY u.position;
