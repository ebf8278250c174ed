-- What was asked for and decided (撤回, 撤回一条, 延期, 整改延期): of each sending, entry, duty and finding the last act,
-- which says how it stands.
CREATE OR REPLACE MACRO acted(as_of, of_scope) AS TABLE
SELECT a.seq, a.kind, a.matter, a.state, a.subject, a.unit, u.title AS unit_title, a.actor, a.person,
       local_time(a.happened_at) AS done_at, a.reason,
       coalesce(o.title, e.title, p.title, '督察问题 ' || k.no || ' ' || k.finding, '') AS about, coalesce(f.title, '') AS field_title,
       CASE WHEN a.matter = 'entry_withdrawal'
            THEN replace(array_to_string(string_split(a.subject, '|')[4:], '|'), chr(31), ' ') ELSE '' END AS entry,
       coalesce(o.due, k.first_due) AS first_due, (a.content ->> '$.new_due')::DATE AS new_due
FROM act_state(as_of) a
JOIN unit u ON u.unit = a.unit
LEFT JOIN obligation o ON a.matter = 'extension' AND o.obligation = split_part(a.subject, '|', 1)
LEFT JOIN obligation e ON a.matter = 'entry_withdrawal' AND e.obligation = split_part(a.subject, '|', 2)
LEFT JOIN field f ON a.matter = 'extension' AND f.field = split_part(a.subject, '|', 3)
LEFT JOIN submission s ON a.matter = 'withdrawal' AND s.id = a.subject
LEFT JOIN obligation p ON p.obligation = s.obligation
LEFT JOIN finding_known(as_of) k ON a.matter = 'finding_extension' AND k.no = a.subject
WHERE a.matter IN ('withdrawal', 'entry_withdrawal', 'extension', 'finding_extension') AND is_reached(a.unit, NULL, of_scope)
ORDER BY a.nth DESC;
