/** What the issuer sends back to its card: proof (91) and commands (71 before, 72 after the last cryptogram).
 *  What cannot be read is treated as absent: the card then decides without it.
 *  Source  EMV 4.3 Book 3, 10.9 and 10.10 */
import { listIn } from './ber.ts';

export interface IssuerAnswer {
  readonly authenticationData: Uint8Array | null;
  /** Tag 9F5B, five bytes for each script; null where none came. These cards carry out no command and say so. */
  readonly scriptResults: Uint8Array | null;
}

const NOT_PERFORMED = 0x00;
const SCRIPTS_MAX = 5;

export function readIssuerAnswer(issuerData: Uint8Array | null): IssuerAnswer {
  const rows = issuerData === null ? [] : (listIn(issuerData) ?? []);
  const proof = rows.find(([tag]) => tag === '91');
  const scripts = rows.filter(([tag]) => tag === '71' || tag === '72').slice(0, SCRIPTS_MAX);
  const results = scripts.map(([, script]) => {
    const identifier = (listIn(script) ?? []).find(([tag]) => tag === '9F18')?.[1] ?? Buffer.alloc(4);
    return Buffer.concat([Buffer.of(NOT_PERFORMED), identifier.subarray(0, 4)]);
  });
  return {
    authenticationData: proof === undefined ? null : Uint8Array.from(proof[1]),
    scriptResults: results.length === 0 ? null : Uint8Array.from(Buffer.concat(results)),
  };
}
