"""Seeded documents with known truth: reports, near misses and other papers in many shapes and formats, to measure
`extract` by.

`form` is the form as data (kept apart from the reader's own, so that no misreading is shared), `truth` invents what a
report states,
`prose` its sentences, `layout` the three tables as boxes with spans; one module a format renders them, `shapes` lists
all shapes.
"""
