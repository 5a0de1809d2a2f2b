-- Title: 各要素的领先者 | Who leads in each element
-- Answers: 一个要素上达成度最高的项目；并列的按总分，再按标识取一个，旁边是并列的个数 | The project with the highest attainment in an element; of several the one with the higher total, then by identifier, with their number beside it
-- Parameter $level (text, default: indicator): 哪一层要素 | Level of elements
-- Column element (element): 要素 | element
-- Column project (project): 项目 | project
-- Column attainment (decimal): 达成度 | attainment
-- Column tied (integer): 并列 | tied

WITH most AS (SELECT element, max(attainment) AS attainment FROM scores GROUP BY element)
SELECT
  element, arg_min(scores.seq, (-totals.points, identifier, scores.seq)) AS project,
  most.attainment, count(*) AS tied
FROM scores JOIN most USING (element, attainment) JOIN totals USING (seq) JOIN elements USING (element)
WHERE kind = $level
GROUP BY element, most.attainment, position
ORDER BY position, element
