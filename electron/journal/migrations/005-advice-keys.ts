/** The MAC keys under which an advice has been sent, by their serial numbers: a gateway that answered an earlier sending may say
 *  the same answer again, under the key of that one. */
export const ADVICE_KEYS_005 = `
ALTER TABLE card_advices ADD COLUMN mac_ksns TEXT NOT NULL DEFAULT '';
`;
