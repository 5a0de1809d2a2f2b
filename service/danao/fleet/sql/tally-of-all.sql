-- Title: 全部项目的结论与理由的计数 | Outcomes and reasons of all projects, counted
-- Answers: 同 tally，没有选择时：运行结束时已经数好 | As tally, where nothing is chosen: counted when the run came to its end
-- Parameter $result (text, required): self 或 verified | self or verified
-- Column requirement (element): 要求 | requirement
-- Column outcome (string): 结论 | outcome
-- Column reasons (string): 理由 | reasons
-- Column times (integer): 项目数 | projects

CREATE TEMP TABLE tally AS
SELECT requirement, outcome, reasons, projects AS times
FROM tallies
WHERE result = $result
