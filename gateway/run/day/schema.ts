/** Holds a document of ISO 20022 against ISO's own schema, where the bank keeps the schemas. */
import { refusal } from '../../settlement/files/source.ts';
import type { DayContext } from './context.ts';

const NAMESPACE = /urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2})/;
const NAMESPACE_WITHIN_BYTES = 2_048;

/** Whether it was checked: false where there is no schema of its message.
 *  Errors  FILE_SCHEMA_REFUSED with the first objection and how many there are | FILE_SCHEMA_UNUSABLE */
export async function checkSchema(
  { schemas }: Pick<DayContext, 'schemas'>,
  name: string,
  bytes: Uint8Array,
): Promise<boolean> {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, NAMESPACE_WITHIN_BYTES));
  const message = NAMESPACE.exec(start)?.[1];
  if (schemas === undefined || message === undefined) return false;
  const { schemaChecked, faults } = await schemas.check(bytes, message);
  const [first] = faults;
  if (first === undefined) return schemaChecked;
  const place = { line: first.line, column: first.element };
  const reason = `Rule ${first.rule} of ${message}; objections: ${faults.length}.`;
  throw refusal('FILE_SCHEMA_REFUSED', name, place, reason);
}
