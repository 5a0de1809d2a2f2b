"""Many descriptions: the unit of work, child processes that bound it, local and distributed crews, results on disk.

A run goes through these modules in this order: ``sources`` (descriptions, one after another, from folders and
archives) → ``batches`` → ``local`` or ``cluster`` (each a crew of :mod:`danao.fleet.child` processes around
:mod:`danao.fleet.unit`) → ``parts`` (one file a batch, written whole or not at all) → ``results`` (tables) →
``manifest``. ``run`` is the loop. PyArrow comes with the extra ``fleet``, Dask with ``cluster``.
"""
