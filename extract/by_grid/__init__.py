"""The reading of the tables by geometry: a cell belongs to the row and the column whose labels stand beside and above
it.

It is only as good as the spans that the document declares, so it reads a cell when exactly one cell of the document
fills the place where row and column cross, and leaves the row out otherwise. It shares nothing with the reading by
order but the labels.
"""
