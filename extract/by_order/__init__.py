"""The reading of the tables by order: labels as they come, and behind each the values that belong to it.

It needs no geometry, so it reads whatever a converter has left of a table, and it is the second opinion on tables
that have columns. A row is read only when the values behind its label are as many as the form has columns there; a
row with one value too few or too many is refused, since nobody can tell which cell is missing.
"""
