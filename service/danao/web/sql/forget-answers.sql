-- Title: 早于某时的，以及服务上次没做完的 | Those of before a time, and what the service did not come to an end with
DELETE FROM answers
WHERE began < :before OR answer IS NULL
