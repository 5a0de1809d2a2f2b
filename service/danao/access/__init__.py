"""Access: which statements of a description, an examination and an assessment the public may see.

Decided at publication, from ``dcterms:accessRights`` and the public profiles in ``ontology/access/``. Whatever these do
not admit is restricted: an unknown class, an unknown property, a thing whose strictest owner is restricted.
"""

from danao.access.profile import profile_digest
from danao.access.publication import Material, Publication, Split, person_of, shows_restricted, split

__all__ = ["Material", "Publication", "Split", "person_of", "profile_digest", "shows_restricted", "split"]
