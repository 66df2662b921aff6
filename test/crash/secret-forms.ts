/** A secret row of digits in every form in which a program might let it fall, as rows of bytes to look for. */
import type { Pattern } from './pattern-set.ts';

export interface Forms {
  /** To be looked for in the bytes as they are. */
  readonly exact: readonly Pattern[];
  /** To be looked for with letters small and everything between digits passed over. */
  readonly folded: readonly Pattern[];
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Digits and, in a track, `=` between. What is separated, or UTF-16, is folded to text. */
export function formsOf(name: string, secret: string): Forms {
  const text = latin1(secret);
  const bcd = bcdRows(secret);
  return {
    exact: [
      ...bcd.flatMap(({ from, bytes }) => [
        { name: `${name}, BCD from the ${from} nibble`, bytes },
        ...base64Rows(`${name}, base64 of BCD from the ${from} nibble`, bytes),
      ]),
      ...base64Rows(`${name}, base64 of text`, text),
    ],
    folded: [
      { name: `${name}, text`, bytes: text },
      { name: `${name}, hexadecimal of text`, bytes: latin1(text.toString('hex')) },
      { name: `${name}, list of byte values`, bytes: latin1([...text].join(',')) },
      ...(secret.includes('=') ? [{ name: `${name}, hexadecimal`, bytes: latin1(nibblesOf(secret)) }] : []),
    ],
  };
}

/** Bytes that are secret as they are, such as a clear PIN block. */
export function formsOfBytes(name: string, secret: Uint8Array): Forms {
  return {
    exact: [{ name: `${name}, bytes`, bytes: secret }, ...base64Rows(`${name}, base64`, secret)],
    folded: [
      { name: `${name}, hexadecimal`, bytes: latin1(Buffer.from(secret).toString('hex')) },
      { name: `${name}, list of byte values`, bytes: latin1([...secret].join(',')) },
    ],
  };
}

function nibblesOf(secret: string): string {
  return secret.replace('=', 'd').toLowerCase();
}

/** Two digits a byte, from either nibble on; a digit that shares its byte with a neighbour is left off. */
function bcdRows(secret: string): readonly { readonly from: 'high' | 'low'; readonly bytes: Uint8Array }[] {
  const nibbles = nibblesOf(secret);
  const whole = (from: number): Buffer =>
    Buffer.from(nibbles.slice(from, from + ((nibbles.length - from) & ~1)), 'hex');
  return [
    { from: 'high', bytes: whole(0) },
    { from: 'low', bytes: whole(1) },
  ];
}

/** At each of the three places in a group of four characters, in both alphabets; characters in which neighbours have a part are
 *  left off. */
function base64Rows(name: string, bytes: Uint8Array): readonly Pattern[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const begin = Math.ceil((offset * 8) / 6);
    const end = Math.floor((padded.length * 8) / 6);
    const rows = new Set(
      (['base64', 'base64url'] as const).map((kind) => padded.toString(kind).slice(begin, end)),
    );
    return [...rows].map((row) => ({ name: `${name}, place ${offset}`, bytes: latin1(row) }));
  });
}
