-- Title: 选中项目的各表 | The tables of the projects chosen
-- Answers: 与原表相同，只留选中的项目 | As the tables themselves, with the chosen projects only

CREATE TEMP VIEW chosen_indicators AS FROM indicators SEMI JOIN chosen USING (seq);
CREATE TEMP VIEW chosen_requirements AS FROM requirements SEMI JOIN chosen USING (seq);
