"""Shows: the site (`publish.site`), releases (`publish.release`), exports (`publish.export`). It never writes a row."""
