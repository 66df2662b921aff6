-- One movement may stand in several statements: whether an earlier one has shown it is looked for by its reference.

CREATE INDEX statement_row_of_movement ON statement_row (account, bank_reference);
