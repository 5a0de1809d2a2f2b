"""docs/questions.md from docs/questions-head.md and the heads of queries: ``python docs/questions.py`` writes it."""
# ruff: noqa: INP001 - docs/ holds pages, it is no package

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from danao.heads import Parameter, Question
from danao.knowledge import Knowledge, load_knowledge
from danao.questions import questions

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "questions.md"
HEAD = ROOT / "docs" / "questions-head.md"

_FOLDERS = {
    "questions/framework": "For any standard 适用于任何标准",
    "questions/domain": "Of this standard's domain 本标准所在领域",
}


def page(knowledge: Knowledge) -> str:
    """The whole page: the framework's questions, then those of the domain, by name."""
    return HEAD.read_text(encoding="utf-8") + "".join(_sections(knowledge))


def _sections(knowledge: Knowledge) -> Iterator[str]:
    for folder, heading in _FOLDERS.items():
        own = [question for question in questions(knowledge) if question.name in knowledge.rules.get(folder, {})]
        if own:
            yield f"\n## {heading}\n\n`rules/{folder}/`\n"
            yield from (_section(question) for question in own)


def _section(question: Question) -> str:
    lines = [
        f"\n### {question.name}\n",
        f"{question.title.en} · {question.title.zh}\n",
        f"- **en** {question.answers.en}.",
        f"- **zh** {question.answers.zh}。",
        *_parameters(question),
        "\nColumns 列: " + ", ".join(f"{one.label.en} {one.label.zh}" for one in question.columns),
    ]
    return "\n".join(lines) + "\n"


def _parameters(question: Question) -> Iterator[str]:
    if question.parameters:
        yield "\n| parameter 参数 | takes 取值 | means 含义 | default 默认 |"
        yield "|---|---|---|---|"
        yield from (_row(one) for one in question.parameters)


def _row(one: Parameter) -> str:
    name = f"**`{one.name}`**" if one.required else f"`{one.name}`"
    takes = f"{one.kind} of `{one.of}`" if one.of else one.kind
    default = f"`{one.default}`" if one.default else ""
    return f"| {name} | {takes} | {one.label.en} {one.label.zh} | {default} |"


if __name__ == "__main__":
    PAGE.write_text(page(load_knowledge()), encoding="utf-8", newline="\n")
