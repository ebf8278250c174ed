-- Institutions that have no number yet (一企一号), each with the next that is free in its field: numbers are never given twice,
-- also those that only an earlier version told.
CREATE OR REPLACE MACRO unnumbered(as_of, of_scope) AS TABLE
WITH used AS (
    SELECT left(code, 1) AS letter, max(substr(code, 2)::INTEGER) AS last
    FROM (
        SELECT entity_code AS code FROM institution(as_of)
        UNION ALL
        SELECT code FROM numbered(as_of)
    )
    WHERE regexp_full_match(code, '[A-Z][0-9]{3,6}')
    GROUP BY letter
),
bare AS (
    SELECT r.entity, r.entity_name, r.territory, r.field, r.territory_code, r.field_code, u.position,
           row_number() OVER (PARTITION BY r.field_code ORDER BY u.position, r.entity_name, r.entity) AS nth
    FROM ledger(as_of) r
    JOIN unit u ON u.unit = r.territory_code
    WHERE r.entity_code IS NULL
)
SELECT b.entity, b.entity_name, b.territory, b.field,
       concat(b.field_code, printf('%03d', coalesce(d.last, 0) + b.nth)) AS code
FROM bare b
LEFT JOIN used d ON d.letter = b.field_code
WHERE is_reached(b.territory_code, b.field_code, of_scope)
ORDER BY b.field_code, b.nth;
