-- Entries of the registers (工作信息、简报、例会): one row for each entry ever accepted, told apart by its key.
CREATE OR REPLACE MACRO register(as_of) AS TABLE
WITH entry AS (
    SELECT submission, 'brief' AS return_, serial AS entry_key, sent_on AS entry_day FROM brief
    UNION ALL
    SELECT submission, 'bulletin', serial, issued_on FROM bulletin
    UNION ALL
    SELECT submission, 'meeting', held_on::VARCHAR, held_on FROM meeting
)
SELECT s.unit, s.obligation, e.return_, e.entry_key,
       arg_max(e.entry_day, s.received_at) AS entry_day,
       min(s.received_at) AS received_at
FROM entry e
JOIN came(as_of) s ON s.id = e.submission
WHERE s.verdict = 'acceptable'
GROUP BY s.unit, s.obligation, e.return_, e.entry_key;
