-- Title: 全部已计分项目的各表 | The tables of all scored projects
-- Answers: 没有选择时不必连接：只有已计分的项目才有指标和要求的行 | Where nothing is chosen nothing is joined: only scored projects have rows of indicators and requirements

CREATE TEMP VIEW chosen_indicators AS FROM indicators;
CREATE TEMP VIEW chosen_requirements AS FROM requirements;
