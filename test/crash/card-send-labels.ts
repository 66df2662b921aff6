/** What a message of a card transaction is, read off its bytes. The bytes are spoilt or forgotten by their sender afterwards, so
 *  that they are read before they leave, and nothing of them is kept but the label. */
import { FRAME_TYPE, frameReader } from '../../drivers/pinpad/frame.ts';
import { COMMAND, type CommandName } from '../../drivers/pinpad/protocol.ts';
import { unpack } from '../../gateway/iso8583/codec.ts';
import { FrameReader } from '../../gateway/iso8583/frame.ts';
import { type IsoMessage, textOf } from '../../gateway/iso8583/message.ts';
import { isResponse } from '../../gateway/iso8583/mti.ts';
import { asciiProfile } from '../../gateway/iso8583/profile-ascii.ts';
import { bcdProfile } from '../../gateway/iso8583/profile-bcd.ts';

const FINANCIAL: Readonly<Record<string, string>> = {
  '000000': 'sale',
  '020000': 'void',
  '030000': 'preauthorisation',
  '200000': 'refund',
  '310000': 'balance',
};

const NETWORK: Readonly<Record<string, string>> = {
  '001': 'sign_on',
  '101': 'key_change',
  '161': 'key_wanted',
};

/** Null for echoes, sign-offs and what cannot be read. `leg`: `card` is till to gateway, `bank` gateway to bank. */
function messageLabel(leg: 'card' | 'bank', message: IsoMessage): string | null {
  const what = whatIs(message);
  if (what === null) return null;
  if (!isResponse(message.mti)) return `${leg}.${what}`;
  const asked = message.mti[1] === '1' || message.mti[1] === '2';
  if (!asked || what === 'completion') return `${leg}.answer.${what}`;
  return `${leg}.answer.${what}.${textOf(message, 39) === '00' ? 'yes' : 'no'}`;
}

function whatIs(message: IsoMessage): string | null {
  const code = textOf(message, 3) ?? '';
  switch (message.mti.slice(1, 3)) {
    case '10':
    case '11':
    case '20':
    case '21':
      return FINANCIAL[code] ?? null;
    case '22':
    case '23':
      return 'completion';
    case '32':
    case '33':
      return 'upload';
    case '42':
    case '43':
      return 'reversal';
    case '50':
    case '51':
      return 'totals';
    case '80':
    case '81':
      return NETWORK[textOf(message, 70) ?? ''] ?? null;
    default:
      return null;
  }
}

/** A binary frame between till and gateway: one message. */
export function cardFrameLabel(packed: Uint8Array): string | null {
  try {
    return messageLabel('card', unpack(bcdProfile, packed));
  } catch {
    return null;
  }
}

/** What one write to, or of, a bank holds: whole messages, each with its length in front. */
export function bankWriteLabels(profile: 'ascii' | 'bcd', bytes: Uint8Array): readonly string[] {
  try {
    const spec = profile === 'ascii' ? asciiProfile : bcdProfile;
    return new FrameReader(65_535)
      .push(bytes)
      .map((message) => messageLabel('bank', unpack(spec, message)))
      .filter((label) => label !== null);
  } catch {
    // Garbage and halves are what the bank's scenarios send.
    return [];
  }
}

const COMMAND_NAMES: ReadonlyMap<number, string> = new Map(
  (Object.keys(COMMAND) as CommandName[]).map((name) => [COMMAND[name], name]),
);
const OF_NO_TRANSACTION = new Set(['open', 'identify', 'display']);

/** One write on the cable between till and PIN pad: commands and replies; acknowledgements and events say nothing. */
export function padWriteLabels(bytes: Uint8Array): readonly string[] {
  return frameReader()
    .push(bytes)
    .flatMap(({ type, code }) => {
      const name = COMMAND_NAMES.get(code);
      if (name === undefined || OF_NO_TRANSACTION.has(name)) return [];
      if (FRAME_TYPE[type] === FRAME_TYPE.command) return [`pad.${name}`];
      return type === 'reply' ? [`pad.reply.${name}`] : [];
    });
}
