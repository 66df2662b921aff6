/** `npm run describe -- <hex> [--profile ascii|bcd] [--tpdu] [--json]`: an ISO 8583 message as a masked table. Exit 1 when
 *  the message is not sound; what is sound of it is shown all the same. */
import { CodecError } from '../gateway/iso8583/codec-error.ts';
import { type Description, describeMessage, descriptionText } from '../gateway/iso8583/describe.ts';
import { splitTpdu } from '../gateway/iso8583/frame.ts';
import { asciiProfile } from '../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../gateway/iso8583/profile-bcd.ts';
import { requireNode } from '../gateway/kernel/node-version.ts';
import { JSON_RESULT, readCommandLine } from './command-line.ts';

requireNode();

const PROFILES = { ascii: asciiProfile, bcd: bcdProfile } as const;
const TPDU_BYTES = 5;

const { values, words } = readCommandLine({
  name: 'npm run describe',
  says: 'One ISO 8583 message as a table; what is secret in it is masked.',
  words: { name: 'hex' },
  options: {
    profile: { kind: 'one', of: ['ascii', 'bcd'], default: 'ascii', says: 'how it is packed' },
    tpdu: { kind: 'flag', says: 'a TPDU of five bytes comes first' },
    ...JSON_RESULT,
  },
});

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

const hex = words.join('').replace(/\s/g, '');
if (hex === '') refuse('Give the message as hexadecimal digits.');
if (!/^(?:[0-9A-Fa-f]{2})+$/.test(hex)) refuse('The message is not an even number of hexadecimal digits.');

const bytes = Buffer.from(hex, 'hex');
const description = described();
const ok = description.error === null;
process.stdout.write(
  `${values.json ? JSON.stringify({ ok, ...description }) : descriptionText(description)}\n`,
);
process.exitCode = ok ? 0 : 1;

/** Behind a TPDU that is none there is no message: that is its whole description. */
function described(): Description {
  const profile = PROFILES[values.profile];
  if (!values.tpdu) return describeMessage(profile, bytes);
  try {
    return describeMessage(profile, splitTpdu(bytes).message, TPDU_BYTES);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const { code, de, offset, message } = error;
    return { profile: values.profile, rows: [], error: { code, de, offset, text: message } };
  }
}
