-- The institutions of each draft: those drawn and those taken for others, with why, who is to go and when, and what was
-- checked of them since the snapshot. What was swapped out stays listed.
CREATE OR REPLACE MACRO sample(as_of, of_scope) AS TABLE
WITH done AS (
    SELECT * FROM acts_by(as_of) WHERE matter = 'sample'
),
drawn AS (
    SELECT subject AS draft, (content ->> '$.day')::DATE AS snapshot FROM done WHERE kind = 'drawn'
),
put AS (
    SELECT subject AS draft, nth, unnest(from_json(content ->> '$.listed', '["JSON"]')) AS one
    FROM done
    WHERE kind = 'drawn'
    UNION ALL
    SELECT subject, nth, (content ->> '$.into')::JSON FROM done WHERE kind = 'swapped'
),
listed AS (
    SELECT draft, nth, (one ->> '$.entity')::UBIGINT AS entity, one ->> '$.code' AS code,
           one ->> '$.entity_name' AS entity_name, one ->> '$.territory' AS territory, one ->> '$.field' AS field,
           one ->> '$.risk_level' AS risk_level, one ->> '$.stratum' AS stratum, one ->> '$.way' AS way,
           one ->> '$.why' AS why, (one ->> '$.weight')::BIGINT AS weight, (one ->> '$.key')::DOUBLE AS draw_key,
           (one ->> '$.place')::BIGINT AS place
    FROM put
),
gone AS (
    SELECT subject AS draft, content ->> '$.out' AS code, any_value(reason) AS reason
    FROM done
    WHERE kind = 'swapped'
    GROUP BY subject, content ->> '$.out'
),
given AS (
    SELECT *
    FROM (
        SELECT subject AS draft, nth, content ->> '$.whom' AS whom, (content ->> '$.visit_on')::DATE AS visit_on,
               unnest(string_split(content ->> '$.listed', '、')) AS code
        FROM done
        WHERE kind = 'assigned'
    )
    QUALIFY row_number() OVER (PARTITION BY draft, code ORDER BY nth DESC) = 1
),
seen AS (
    SELECT d.draft, k.entity, count(*) AS checks, count(*) FILTER (k.conclusion = '发现问题') AS faults,
           max(k.inspected_on) AS checked_on
    FROM drawn d
    JOIN finding_known(as_of) k ON k.inspected_on >= d.snapshot
    GROUP BY d.draft, k.entity
)
SELECT l.draft, l.entity, l.code, l.entity_name, l.territory, l.field, l.risk_level, l.stratum, l.way, l.why, l.weight,
       l.draw_key, l.place, g.code IS NOT NULL AS is_out, coalesce(g.reason, '') AS out_reason,
       coalesce(v.whom, '') AS whom, v.visit_on, coalesce(s.checks, 0) AS checks, coalesce(s.faults, 0) AS faults,
       s.checked_on
FROM listed l
JOIN unit t ON t.title = l.territory
JOIN field f ON f.title = l.field
LEFT JOIN gone g ON g.draft = l.draft AND g.code = l.code
LEFT JOIN given v ON v.draft = l.draft AND v.code = l.code
LEFT JOIN seen s ON s.draft = l.draft AND s.entity = l.entity
WHERE is_reached(t.unit, f.field, of_scope)
ORDER BY l.draft, list_position(['must', 'drawn', 'swapped'], l.way), l.stratum, l.place, l.code;

-- 抽查: each draft of a sample with what it was drawn by, and how it stands. Told to whoever reaches one of its institutions.
CREATE OR REPLACE MACRO sample_draft(as_of, of_scope) AS TABLE
WITH drawn AS (
    SELECT * FROM acts_by(as_of) WHERE kind = 'drawn'
),
final AS (
    SELECT subject, person, happened_at FROM acts_by(as_of) WHERE kind = 'finalised'
)
SELECT d.subject AS draft, s.state, s.seq AS seen_act, d.content ->> '$.seed' AS seed,
       (d.content ->> '$.size')::BIGINT AS size, (d.content ->> '$.day')::DATE AS snapshot,
       d.content ->> '$.strata' AS strata, coalesce(d.content ->> '$.must', '') AS must,
       d.content ->> '$.weights' AS weights, coalesce(d.content ->> '$.units', '') AS units,
       coalesce(d.content ->> '$.fields', '') AS fields, d.actor AS drawer, d.person AS drawn_by,
       local_time(d.happened_at) AS drawn_at, coalesce(f.person, '') AS final_by, local_time(f.happened_at) AS final_at
FROM drawn d
JOIN act_state(as_of) s ON s.matter = 'sample' AND s.subject = d.subject
LEFT JOIN final f ON f.subject = d.subject
WHERE of_scope IS NULL OR d.subject IN (SELECT draft FROM sample(as_of, of_scope))
ORDER BY d.nth;
