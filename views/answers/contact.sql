-- 联络员名册: the people whom units named (rosters), as they stand; telephones only of whom `of_people` reaches.
CREATE OR REPLACE MACRO contact(as_of, of_people, of_scope) AS TABLE
SELECT e.unit, u.title AS unit_title, o.title AS matter_title, r.person_name, coalesce(r.post, '') AS post,
       CASE WHEN is_reached(e.unit, NULL, of_people) THEN coalesce(r.contact_phone, '') ELSE '' END AS telephone,
       r.named_on
FROM entry_accepted(as_of) e
JOIN roster r ON r.submission = e.submission AND key_form(r.person_name) = e.entry_key
JOIN unit u ON u.unit = e.unit
JOIN obligation o ON o.obligation = e.obligation
WHERE e.return_ = 'roster' AND e.dated_by = '' AND e.stands AND is_reached(e.unit, NULL, of_scope)
QUALIFY row_number() OVER (PARTITION BY e.subject ORDER BY e.ranked_at DESC, e.entry DESC) = 1
ORDER BY u.position, o.due, r.person_name;
