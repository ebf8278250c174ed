-- The entries of registers, each once, as acts name them (撤回一条): when it came, and whether it counts.
CREATE OR REPLACE MACRO entry(as_of, of_scope) AS TABLE
SELECT e.subject, e.unit, u.title AS unit_title, e.obligation, o.title AS matter_title, e.return_,
       replace(e.entry_key, chr(31), ' ') AS entry_key, e.submission, local_time(e.came_at) AS came_at, e.stands
FROM entry_told(as_of) e
JOIN unit u ON u.unit = e.unit
JOIN obligation o ON o.obligation = e.obligation
WHERE (o.counts = 'row' OR o.at_least = 0) AND is_reached(e.unit, NULL, of_scope)
ORDER BY u.position, o.due, e.entry_key;
