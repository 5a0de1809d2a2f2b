-- What is scored below each element: itself where it has a weight and none of its parts has, and every requirement.
CREATE OR REPLACE TABLE below AS
WITH RECURSIVE walk(element, part) AS (
  SELECT element, element FROM elements
  UNION
  SELECT walk.element, elements.element FROM walk JOIN elements ON elements.parent = walk.part
)
SELECT element, part FROM walk
