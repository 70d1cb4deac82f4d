"""The rows: which portals there are, of which family, and what each publishes. A portal more is a row more."""
