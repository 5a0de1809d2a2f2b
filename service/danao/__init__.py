"""danao: a standard as executable knowledge.

The path is :func:`danao.pipeline.assess`; nothing is imported here, so that ``danao --help`` stays instant.
"""

__version__ = "0.1.0"
