"""Rules compiled to Python: SPARQL queries over facts, with what they ask of the knowledge answered beforehand."""
