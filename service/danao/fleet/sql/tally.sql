-- Title: 选中项目的结论与理由的计数 | Outcomes and reasons of the projects chosen, counted
-- Answers: 一项要求有多少项目是同一结论、同一组理由；各项统计由它得出，大表只读一遍 | How many projects share an outcome of a requirement and its reasons; statistics come from this, so that the large table is read once
-- Column requirement (element): 要求 | requirement
-- Column outcome (string): 结论 | outcome
-- Column reasons (string): 理由 | reasons
-- Column times (integer): 项目数 | projects

CREATE TEMP TABLE tally AS
SELECT requirement, outcome, reasons, count(*) AS times
FROM outcomes
GROUP BY requirement, outcome, reasons
