"""``danao fleet``: commands for many descriptions at once, and where each stands."""

from __future__ import annotations

from danao.cli.declared import Commands

fleet = Commands(
    {
        "generate": "danao.cli.fleet.generate",
        "assess": "danao.cli.fleet.assess",
        "verify": "danao.cli.fleet.verify",
        "rank": "danao.cli.fleet.analysis",
        "heatmap": "danao.cli.fleet.analysis",
        "stats": "danao.cli.fleet.analysis",
        "ask": "danao.cli.fleet.analysis",
    },
    name="fleet",
    help="批量：成千上万份描述的生成、评估与分析。 Fleets: generate, assess and analyse descriptions by the thousand.",
)
