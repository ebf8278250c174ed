-- What the registers placed by their own day hold: each entry, the matter under which it was sent, and the matter
-- into whose window its day falls. An entry whose day falls into no window counts for nothing and is listed too.
CREATE OR REPLACE MACRO registered(as_of, of_scope) AS TABLE
SELECT r.unit, u.title AS unit_title, r.return_, r.obligation AS sent_for, r.entry_day, local_time(r.received_at) AS arrived, r.placed_words,
       coalesce(o.obligation, '') AS counts_for, coalesce(o.title, '') AS counts_title
FROM register(as_of) r
JOIN unit u ON u.unit = r.unit
JOIN obligation sent ON sent.obligation = r.obligation AND sent.dated_by = r.dated_by
LEFT JOIN obligation o
  ON o.returns = r.return_ AND o.dated_by = r.dated_by AND r.entry_day BETWEEN o.opens AND o.due
WHERE r.dated_by <> '' AND is_reached(u.unit, NULL, of_scope)
ORDER BY u.position, r.return_, r.entry_day, arrived;
