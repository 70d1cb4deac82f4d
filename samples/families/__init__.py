"""Families of portal software, one module each: where pages stand, how lists page, what templates look like."""
