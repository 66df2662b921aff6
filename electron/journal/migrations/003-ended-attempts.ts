/** Attempts that ended without money, by when they were last heard of: they are asked about for a while. */
export const ENDED_ATTEMPTS_003 = `
CREATE INDEX attempts_ended ON attempts (updated_at) WHERE phase = 'final' AND outcome <> 'approved';
`;
