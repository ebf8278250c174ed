-- Every record of an institution with what it is known by, merged or not: each is compared with all others, whoever looks,
-- so that what all see together is the whole (归并).
CREATE OR REPLACE MACRO likely(as_of) AS TABLE
WITH listed AS (
    SELECT entity, url_or_app FROM mending(as_of)
    UNION ALL
    SELECT entity, url_or_app FROM closing(as_of)
),
teller AS (
    SELECT entity, coalesce(min(told_by) FILTER (is_own), min(told_by)) AS told_by FROM told(as_of) GROUP BY entity
)
SELECT r.entity, coalesce(n.code, r.entity_code) AS entity_code, r.entity_name, r.territory, r.field, r.territory_code, r.field_code, r.id_no,
       v.former_name, v.legal_rep AS person, v.reg_address, v.biz_address, v.contact_phone AS phone,
       coalesce(v.url_or_app, l.url_or_app) AS url_or_app, r.disp_class, r.risk_level, r.stock_scale, r.nc_scale,
       r.people_cnt, v.submission, v.sheet_row, local_time(s.received_at) AS arrived,
       coalesce(t.told_by, r.territory_code) AS told_by
FROM recorded(as_of) r
LEFT JOIN surveyed(as_of) v ON v.entity = r.entity
LEFT JOIN (SELECT entity, any_value(url_or_app) AS url_or_app FROM listed GROUP BY entity) l ON l.entity = r.entity
LEFT JOIN teller t ON t.entity = r.entity
LEFT JOIN came(as_of) s ON s.id = v.submission
LEFT JOIN numbered(as_of) n ON n.record = r.entity
ORDER BY r.entity;

-- What was decided on pairs of records (归并): the last act on each.
CREATE OR REPLACE MACRO decided(as_of, of_scope) AS TABLE
WITH act_on AS (
    SELECT *, split_part(subject, '|', 1)::UBIGINT AS one, split_part(subject, '|', 2)::UBIGINT AS other
    FROM act_state(as_of)
    WHERE matter = 'merge'
),
named AS (
    SELECT entity, any_value(entity_code) AS code, any_value(entity_name) AS name, any_value(territory_code) AS territory,
           any_value(field_code) AS field
    FROM institution(as_of)
    WHERE entity IN (SELECT one FROM act_on UNION ALL SELECT other FROM act_on)
    GROUP BY entity
)
SELECT a.subject, a.one, a.other, a.state, a.seq, a.person, a.reason, local_time(a.happened_at) AS done_at,
       coalesce((a.content ->> '$.kept')::UBIGINT, 0) AS kept,
       CASE WHEN o.code <> p.code THEN o.code ELSE o.name END AS one_called,
       CASE WHEN o.code <> p.code THEN p.code ELSE p.name END AS other_called,
       o.name AS one_name, p.name AS other_name
FROM act_on a
JOIN named o ON o.entity = a.one
JOIN named p ON p.entity = a.other
WHERE is_reached(o.territory, o.field, of_scope) OR is_reached(p.territory, p.field, of_scope)
ORDER BY a.nth DESC;
