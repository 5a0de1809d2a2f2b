"""The HTTP service: linked data, SPARQL, the API and pages over a registry. The only user of FastAPI and Jinja's pages.

A request is answered from a read-only copy of the store (:mod:`danao.web.copies`), as the reader may see it
(:mod:`danao.web.readers`); what comes from outside is parsed and run by worker processes (:mod:`danao.web.pool`).
"""
