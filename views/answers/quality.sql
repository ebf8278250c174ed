-- How well what comes in is filled in (K24): for each unit its matters, those accepted at the first upload, and how
-- often something was sent back.
CREATE OR REPLACE MACRO quality(as_of, of_scope) AS TABLE
WITH tried AS (
    SELECT unit, obligation, verdict,
           row_number() OVER (PARTITION BY unit, obligation ORDER BY ranked_at, entry) AS nth
    FROM came(as_of)
    WHERE unit IS NOT NULL AND obligation IS NOT NULL
)
SELECT u.unit, u.title AS unit_title, u.block AS group_name,
       count(*) AS uploads,
       count(*) FILTER (t.nth = 1) AS returns,
       count(*) FILTER (t.nth = 1 AND t.verdict IN ('acceptable', 'withdrawn')) AS first_passed,
       count(*) FILTER (t.verdict NOT IN ('acceptable', 'withdrawn')) AS sent_back
FROM tried t
JOIN unit u ON u.unit = t.unit
WHERE is_reached(u.unit, NULL, of_scope)
GROUP BY u.unit, u.title, u.block, u.position
ORDER BY u.position;

-- What is filled in wrongly most often, of what these units sent.
CREATE OR REPLACE MACRO common_fault(as_of, of_scope) AS TABLE
SELECT p.rule, p.title, p.level, count(*) AS cells, count(DISTINCT p.submission) AS workbooks,
       count(DISTINCT s.unit) AS units, min(p.message) AS message, min(p.remedy) AS remedy
FROM problem p
JOIN came(as_of) s ON s.id = p.submission
WHERE is_reached(s.unit, NULL, of_scope)
GROUP BY p.rule, p.title, p.level
ORDER BY cells DESC, p.rule, p.title;
