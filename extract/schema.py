"""What is in the database: its tables, their columns and indexes.

No row holds a clock reading of the build or a path of the machine. Times are UTC ("2026-01-31T08:00:00Z"), dates
"YYYY-MM-DD", amounts exact decimals as text, blanks NULL. Rows stand in the form's order: `order by rowid` gives the
rows of a report's table as the form prints them.
"""

from __future__ import annotations

import re

SCHEMA_VERSION = 4
APPLICATION_ID = 0x4E4E4241  # tells our files from other SQLite files

SCHEMA = """
CREATE TABLE authorities ( -- an authority that issued a report, stands in the register, or is above one of these
  id TEXT PRIMARY KEY, -- a people's government: its division code; a department, a zone: "<code>-<name>"
  name TEXT NOT NULL,
  level TEXT, -- ministry, province, city, county, township, department; NULL: not known
  division_code TEXT, -- 6 digits, townships 9; of a department that of its government; NULL: none or ambiguous
  province TEXT,
  city TEXT,
  county TEXT,
  parent_id TEXT REFERENCES authorities(id),
  start_url TEXT -- where the register sends the crawl; NULL: not in the register
);
CREATE TABLE captures ( -- an exchange in the archive
  id TEXT PRIMARY KEY, -- WARC-Record-ID of the response, "urn:uuid:…"
  url TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  status INTEGER, -- NULL: the answer had no readable status line
  mime TEXT,
  digest TEXT, -- of the payload, "sha1:BASE32"
  warc TEXT NOT NULL, -- file name, offset and length of the response record: its place in the archive
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL
);
CREATE TABLE reports ( -- an authority's report on a year
  id TEXT PRIMARY KEY, -- "<authority_id>-<report_year>", the same in every build
  authority_id TEXT NOT NULL REFERENCES authorities(id),
  issuer TEXT, -- as printed
  report_year INTEGER, -- the year that it covers; NULL: not stated
  form TEXT NOT NULL, -- State Council form by its year: 2019, 2021, other
  title TEXT,
  published TEXT,
  first_seen TEXT, -- of all its renditions
  url TEXT NOT NULL, -- of the rendition that was read
  capture_id TEXT NOT NULL REFERENCES captures(id),
  status TEXT NOT NULL, -- verified: two readings of each of the three tables agree; unverified; other: another form
  level TEXT, -- of the authority, as its place
  province TEXT,
  city TEXT,
  county TEXT,
  received INTEGER, -- from here on: totals as stated in tables 3 and 4
  carried_in INTEGER,
  granted INTEGER,
  partly_granted INTEGER,
  concluded INTEGER,
  carried_out INTEGER,
  reviews INTEGER,
  lawsuits INTEGER -- litigation_direct + litigation_after_review; NULL where one of them is
);
CREATE TABLE disclosures ( -- a row of table 2
  report_id TEXT NOT NULL REFERENCES reports(id),
  row TEXT NOT NULL, -- regulations, normative_documents, licensing, other_services, penalties, compulsion, fees …
  label TEXT NOT NULL,
  made INTEGER,
  published INTEGER,
  repealed INTEGER,
  in_force INTEGER,
  prior_items INTEGER,
  change INTEGER,
  decisions INTEGER,
  items INTEGER,
  amount TEXT, -- exactly as stated
  amount_unit TEXT, -- the unit that stands beside the amount; NULL: none does (the form's unit is 万元)
  PRIMARY KEY (report_id, row)
);
CREATE TABLE applications ( -- a row of table 3
  report_id TEXT NOT NULL REFERENCES reports(id),
  outcome TEXT NOT NULL,
  label TEXT NOT NULL,
  natural_person INTEGER,
  business INTEGER,
  research INTEGER,
  public_interest INTEGER,
  legal_service INTEGER,
  other_org INTEGER,
  total INTEGER,
  PRIMARY KEY (report_id, outcome)
);
CREATE TABLE proceedings ( -- a group of table 4
  report_id TEXT NOT NULL REFERENCES reports(id),
  kind TEXT NOT NULL, -- review, litigation_direct, litigation_after_review
  label TEXT NOT NULL,
  upheld INTEGER,
  corrected INTEGER,
  other INTEGER,
  pending INTEGER,
  total INTEGER,
  PRIMARY KEY (report_id, kind)
);
CREATE TABLE sections ( -- a section of the prose
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  position INTEGER NOT NULL, -- from 1
  heading TEXT NOT NULL, -- as printed; "" before the first heading
  text TEXT NOT NULL
);
CREATE TABLE printed ( -- a cell whose printed text is not the plain number
  report_id TEXT NOT NULL REFERENCES reports(id),
  "table" TEXT NOT NULL, -- table2, table3, table4
  row TEXT NOT NULL,
  "column" TEXT NOT NULL,
  text TEXT NOT NULL,
  kind TEXT NOT NULL, -- blank, mark, unit, note, numeral, split, number, refused
  PRIMARY KEY (report_id, "table", row, "column")
);
CREATE TABLE renditions ( -- an address that carries the report
  report_id TEXT NOT NULL REFERENCES reports(id),
  url TEXT NOT NULL,
  media_type TEXT,
  capture_id TEXT NOT NULL REFERENCES captures(id), -- the newest one that was read as this report
  carries TEXT, -- what the report has from here and not from its own capture: table2 table3 table4 sections;
                -- of a table cut over pages, rows that are not where the table is: table3/concluded
  PRIMARY KEY (report_id, url)
);
CREATE TABLE revisions ( -- what changed in a report between two captures of an address
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  from_capture_id TEXT NOT NULL REFERENCES captures(id),
  to_capture_id TEXT NOT NULL REFERENCES captures(id),
  part TEXT NOT NULL, -- title, issuer, published, table2, table3, table4, section
  row TEXT, -- of a table; of a section its heading
  "column" TEXT, -- of a table
  before TEXT, -- as printed; NULL: blank, or not there
  after TEXT
);
CREATE TABLE warnings ( -- what is doubtful in a reading
  report_id TEXT NOT NULL REFERENCES reports(id),
  position INTEGER NOT NULL, -- from 1
  text TEXT NOT NULL, -- begins with the table or field that it doubts
  PRIMARY KEY (report_id, position)
);
CREATE TABLE refusals ( -- a capture that was read and not taken for a report
  capture_id TEXT PRIMARY KEY REFERENCES captures(id),
  url TEXT NOT NULL,
  genre TEXT NOT NULL, -- candidate, rejected, unreadable
  rule TEXT NOT NULL, -- the rule that decided
  detail TEXT
);
CREATE TABLE findings ( -- what a comparison of the reports shows
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL, -- arithmetic, carry_over, gap, several, copy, outlier, portal_silent
  severity TEXT NOT NULL, -- error, warning, info
  report_id TEXT REFERENCES reports(id),
  other_report_id TEXT REFERENCES reports(id),
  detail TEXT NOT NULL -- with both sides
);
CREATE TABLE visits ( -- an address that the crawl scheduled, and how it ended
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER,
  fetched_at TEXT, -- NULL: its record in the archive cannot be read
  capture_id TEXT REFERENCES captures(id), -- NULL: it ended without an exchange
  portal TEXT REFERENCES authorities(id) -- the register's authority on whose behalf it was visited
);
CREATE TABLE extractions ( -- the run that built this database
  id INTEGER PRIMARY KEY,
  code_version TEXT NOT NULL,
  archive_digest TEXT NOT NULL, -- over ids and payload digests of all captures
  captures INTEGER NOT NULL,
  reports INTEGER NOT NULL,
  refusals INTEGER NOT NULL
);
"""

# What the index tables hold is zh_bigrams() of the columns that they name: never 'rebuild' them from the content.
INDEXES = """
CREATE INDEX authorities_parent ON authorities(parent_id);
CREATE INDEX authorities_division ON authorities(division_code);
CREATE INDEX authorities_level ON authorities(level);
CREATE INDEX authorities_province ON authorities(province, city, county);
CREATE INDEX captures_url ON captures(url, fetched_at);
CREATE INDEX captures_digest ON captures(digest);
CREATE INDEX reports_authority ON reports(authority_id, report_year);
CREATE INDEX reports_year ON reports(report_year, province);
CREATE INDEX reports_province ON reports(province, city, county);
CREATE INDEX reports_level ON reports(level);
CREATE INDEX reports_form ON reports(form);
CREATE INDEX reports_status ON reports(status);
CREATE INDEX reports_published ON reports(published);
CREATE INDEX reports_first_seen ON reports(first_seen);
CREATE INDEX reports_capture ON reports(capture_id);
CREATE INDEX applications_outcome ON applications(outcome);
CREATE INDEX sections_report ON sections(report_id, position);
CREATE INDEX renditions_url ON renditions(url);
CREATE INDEX renditions_capture ON renditions(capture_id);
CREATE INDEX revisions_report ON revisions(report_id);
CREATE INDEX refusals_genre ON refusals(genre, rule);
CREATE INDEX refusals_url ON refusals(url);
CREATE INDEX findings_kind ON findings(kind, severity);
CREATE INDEX findings_report ON findings(report_id);
CREATE INDEX findings_other_report ON findings(other_report_id);
CREATE INDEX visits_url ON visits(url);
CREATE INDEX visits_capture ON visits(capture_id);
CREATE INDEX visits_portal ON visits(portal, outcome);
CREATE INDEX visits_outcome ON visits(outcome);
CREATE VIRTUAL TABLE sections_fts
  USING fts5(heading, text, content=[sections], content_rowid=[id], tokenize='ascii');
CREATE VIRTUAL TABLE reports_fts
  USING fts5(title, issuer, content=[reports], content_rowid=[rowid], tokenize='ascii');
"""

TABLES = tuple(re.findall(r"CREATE TABLE (\w+)", SCHEMA))
