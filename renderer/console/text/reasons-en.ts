/** Why something does not agree, what stands in the way, and what a person does next, in English. */
import type { reasonsRu } from './reasons-ru.ts';

export const reasonsEn: typeof reasonsRu = {
  obstacles: {
    file_not_delivered: (name) => `The file ${name} has not been delivered.`,
    exception_open: (name) => `The exception ${name} is open.`,
    payment_again_awaited: (name) => `The payment came back and is awaited again as ${name}.`,
    file_awaited: (name) => `A file of ${name} is awaited.`,
  },
  next: {
    missing_ours:
      'Ask them whose operation it is. If it is ours it will turn up by itself; if it is nobody’s, propose to book it.',
    missing_theirs: 'Wait for the next file. If it is not in that one either, ask for it by its number.',
    amount: 'Compare both sums with the receipt and agree which is right. The approval books the difference.',
    duplicate:
      'Ask them to take the second one back, or agree to leave it. The approval books what is too much.',
    date: 'Nothing to do: the operation is matched.',
    late: 'Nothing to do: the operation came and is matched.',
    ambiguous: 'Ask them for the operation’s number. Without it nothing can be matched.',
    status: 'Find out why they took it back, and return the money if the customer had paid.',
    swapped_ids: 'The sums are right together. Ask them to mend the numbers, or propose to close it.',
    truncated_file:
      'Ask for the whole file and put it into the folder. Two persons then close the exception.',
    refused_file: 'Show its sender the place and ask for a corrected file.',
    duplicate_file: 'Nothing of it was taken twice. Tell its sender and close the exception.',
  },
  nextTitle: 'What to do',
  ownerTitle: 'In charge',
  owners: {
    operator: 'operator',
    reconciliation: 'reconciliation',
    wallets: 'wallets desk',
    cards: 'cards desk',
  },
  placeTitle: 'Place in the file',
  place: (line, column) =>
    [
      line === '0' || line === '' ? 'the whole file' : `line ${line}`,
      ...(column === '' ? [] : [`field ${column}`]),
    ].join(', '),
  readerTitle: 'Reader’s note',
  facts: {
    kind: 'Kind',
    date: 'Day',
    ours: 'Ours',
    theirs: 'Theirs',
    businessDays: 'Business days between',
    candidates: 'Of ours would fit',
    rivals: 'Rows that claim them',
    matchedFile: 'Matched before in the file',
    matchedLine: 'Its line there',
    missedOn: 'Missed on',
    ordered: 'Ordered',
    found: 'On the statement',
    direction: 'Direction',
    bankReference: 'Bank’s reference',
  },
  kinds: {
    payment: 'payment',
    refund: 'refund',
    cancel: 'cancellation',
    chargeback: 'chargeback',
    adjustment: 'adjustment',
    adjustment_in: 'adjustment in our favour',
    batch_in: 'batch received',
    batch_out: 'batch paid',
    in: 'received',
    out: 'paid',
  },
  files: {
    title: 'The file',
    byCode: {
      FILE_TRUNCATED: 'The file ends before its end. Ask for the whole of it.',
      FILE_MALFORMED:
        'The file is not of its agreed form. Show its sender the line and ask for a corrected one.',
      FILE_ENCODING_WRONG:
        'The file is in another encoding. Ask for it in the agreed one; do not convert it.',
      FILE_TOTALS_WRONG:
        'The rows contradict the file’s totals. Ask which is right, and for a corrected file.',
      FILE_TOO_LARGE: 'The file is too large. Ask for the period in several files.',
      FILE_CHANGED: 'The file changed while it was read. It will be read again.',
      FILE_KIND_UNKNOWN: 'No file of this kind or version is read here. Check that it is the right one.',
      FILE_SCHEMA_REFUSED: 'The file is not as the schema of its message says. Ask for a corrected one.',
      FILE_SCHEMA_UNUSABLE:
        'The schema the file is checked by cannot be used. Mend that; the file need not be asked for again.',
      FILE_SENDER_WRONG:
        'The file is of another party than the folder. Ask that party how it came there, and the bank or wallet it names for its own; do not move it.',
      FILE_ACCOUNT_FOREIGN:
        'The statement is of an account that is none of ours. Ask the bank about it; where it is ours, add it to the settings and ask for the statement anew.',
      FILE_KNOWN: 'These bytes were taken in before.',
      FILE_KNOWN_REFUSED:
        'These bytes were refused before and are not read again. Ask their sender for the file anew.',
    },
  },
  journal: {
    address: 'address',
    role: 'role',
    partner: 'bank',
    party: 'party',
    outcome: 'outcome',
    netMinor: 'sum',
    lines: 'payees',
    reason: 'reason',
    proposedBy: 'proposed by',
    transferId: 'posting',
    fileId: 'file’s hash',
    resolutionId: 'resolution',
    rate: 'rate',
    base: 'currency',
  },
};
