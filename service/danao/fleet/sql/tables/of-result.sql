-- Title: 一种结果的各表 | The tables of one kind of result
-- Answers: 自评或核定之一；{result} 换成 self 或 verified | Self-assessed or verified, one of the two; {result} is replaced by self or verified

CREATE TEMP VIEW totals AS
SELECT
  seq, project, identifier, title_zh, title_en, input,
  {result}_points AS points, {result}_upper AS upper, {result}_band AS band,
  {result}_passed AS passed, {result}_cant_tell AS cant_tell,
  {result}_failed AS failed, {result}_inapplicable AS inapplicable
FROM projects SEMI JOIN chosen USING (seq);
CREATE TEMP VIEW scores AS
SELECT
  seq, element,
  {result}_points AS points, {result}_upper AS upper, {result}_weight AS weight,
  {result}_attainment AS attainment, {result}_upper_attainment AS upper_attainment,
  {result}_passed AS passed, {result}_cant_tell AS cant_tell,
  {result}_failed AS failed, {result}_inapplicable AS inapplicable
FROM chosen_indicators;
CREATE TEMP VIEW outcomes AS
SELECT
  seq, requirement, {result}_outcome AS outcome, {result}_reasons AS reasons, {result}_attainment AS attainment
FROM chosen_requirements;
CREATE TEMP VIEW chosen_facets AS FROM facets SEMI JOIN chosen USING (seq);
