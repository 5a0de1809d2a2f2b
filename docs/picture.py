"""docs/model.svg, the picture of the model with a style of its own: ``python docs/picture.py`` writes it."""
# ruff: noqa: INP001 - docs/ holds pages, it is no package

from __future__ import annotations

from pathlib import Path

from danao.knowledge import Knowledge, load_knowledge
from danao.web.site.picture import Picture

PICTURE = Path(__file__).resolve().parent / "model.svg"

_STYLE = """
  text { font: 13px system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; fill: #1b1f24; }
  .name { font-size: 12px; fill: #3d444d; }
  .zh { font-weight: 600; }
  .inside { font-size: 11px; fill: #57606a; }
  .paper { fill: #ffffff; }
  .box { fill: #ffffff; stroke: #57606a; stroke-width: 1.2; }
  .arrow { fill: none; stroke: #57606a; stroke-width: 1.4; }
  .head { fill: #57606a; }
  .KnowledgeGraph { fill: #e8f1fb; stroke: #e8f1fb; }
  .DescriptionGraph { fill: #eaf6ec; stroke: #eaf6ec; }
  .ExaminationGraph { fill: #fdf3e1; stroke: #fdf3e1; }
  .DerivedGraph { fill: #f3ecfa; stroke: #f3ecfa; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f3f6; }
    .name { fill: #c9d1d9; }
    .inside { fill: #9ea7b3; }
    .paper { fill: #0d1117; }
    .box { fill: #161b22; stroke: #9ea7b3; }
    .arrow { stroke: #9ea7b3; }
    .head { fill: #9ea7b3; }
    .KnowledgeGraph { fill: #12263f; stroke: #12263f; }
    .DescriptionGraph { fill: #12301c; stroke: #12301c; }
    .ExaminationGraph { fill: #3a2a0c; stroke: #3a2a0c; }
    .DerivedGraph { fill: #2a1d3d; stroke: #2a1d3d; }
  }
"""


def picture(knowledge: Knowledge) -> str:
    """The whole drawing."""
    return "\n".join(Picture(knowledge, "zh").lines(_STYLE)) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(load_knowledge()), encoding="utf-8", newline="\n")
