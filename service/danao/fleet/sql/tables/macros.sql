-- Title: 精确的平均值 | Exact means
-- Answers: 小数的平均值，四舍五入到小数点后 4 位或 10 位，全程不用浮点数 | The mean of decimals, rounded half up at 4 or 10 places; nothing becomes a float on the way

CREATE MACRO points_mean(x) AS
  CAST((2 * CAST(CAST(sum(x) AS DECIMAL(30, 4)) * CAST(10000 AS DECIMAL(5, 0)) AS HUGEINT) + count(x)) // nullif(2 * count(x), 0) AS DECIMAL(18, 0))
  * CAST(0.0001 AS DECIMAL(4, 4));
CREATE MACRO share_mean(x) AS
  CAST((2 * CAST(CAST(sum(x) AS DECIMAL(26, 10)) * CAST(10000000000 AS DECIMAL(11, 0)) AS HUGEINT) + count(x)) // nullif(2 * count(x), 0) AS DECIMAL(18, 0))
  * CAST(0.0000000001 AS DECIMAL(10, 10));
CREATE MACRO percent(part, whole) AS
  CAST((2000 * CAST(part AS HUGEINT) + whole) // nullif(2 * CAST(whole AS HUGEINT), 0) AS DECIMAL(18, 0)) * CAST(0.1 AS DECIMAL(1, 1));
