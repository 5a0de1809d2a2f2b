"""Invented descriptions in any number: casts of a mould, alike in form and different in everything else."""
