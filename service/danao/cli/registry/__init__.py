"""``danao registry``: commands on what is kept, and where each stands."""

from __future__ import annotations

from danao.cli.declared import Commands

registry = Commands(
    {
        "add": "danao.cli.registry.changing",
        "publish": "danao.cli.registry.changing",
        "withdraw": "danao.cli.registry.changing",
        "list": "danao.cli.registry.looking",
        "show": "danao.cli.registry.looking",
        "history": "danao.cli.registry.looking",
        "diff": "danao.cli.registry.looking",
        "catalogue": "danao.cli.registry.describing",
        "verify": "danao.cli.registry.keeping",
        "export": "danao.cli.registry.keeping",
        "import": "danao.cli.registry.keeping",
        "backup": "danao.cli.registry.keeping",
        "restore": "danao.cli.registry.keeping",
        "rebuild": "danao.cli.registry.keeping",
        "migrate": "danao.cli.registry.keeping",
    },
    name="registry",
    help="登记库：版本、证据、历史、发布，可核对、可备份。 A registry: versions, evidence, history, publishing.",
)
