/** An advice that the gateway has refused for good stays owed, with the code it was refused with, and is not repeated by itself. */
export const REFUSED_ADVICES_006 = `
ALTER TABLE card_advices ADD COLUMN refused INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1));
`;
