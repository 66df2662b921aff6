-- Files that came in are looked for by state and party among all that ever went out.
CREATE INDEX bank_file_by_state ON bank_file (direction, state, party);
