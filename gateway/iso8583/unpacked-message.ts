/** A message read from bytes, with those bytes beside the values. */
import { wireBytes } from './field-plan.ts';
import type { FieldValues, IsoMessage } from './message.ts';
import type { Mti } from './mti.ts';
import { readPrefix } from './read-field.ts';
import type { Spec } from './spec.ts';

/** Where a data element stands: `offset` counts from the message's first byte and is that of the length prefix, if any. */
export interface FieldExtent {
  readonly offset: number;
  readonly prefixBytes: number;
  readonly valueBytes: number;
}

/** Binary values are views of `bytes`, not copies. */
export class UnpackedMessage implements IsoMessage {
  mti: Mti = '0800';
  fields: FieldValues = [];
  readonly spec: Spec;
  readonly bytes: Uint8Array;

  constructor(spec: Spec, bytes: Uint8Array) {
    this.spec = spec;
    this.bytes = bytes;
  }

  /** A data element's bytes as they came, without the length prefix; undefined when absent. */
  raw(de: number): Uint8Array | undefined {
    const extent = this.extents()[de];
    if (extent === undefined) return undefined;
    const start = extent.offset + extent.prefixBytes;
    return this.bytes.subarray(start, start + extent.valueBytes);
  }

  /** Walked anew when asked for, so that reading a message does not pay for what is seldom wanted. */
  extents(): readonly (FieldExtent | undefined)[] {
    const { spec, bytes, fields } = this;
    const extents: (FieldExtent | undefined)[] = [];
    const unit = spec.bitmap === 'hex' ? 2 : 1;
    const maps = fields.length > 65 ? 16 : 8;
    let offset = (spec.mti === 'bcd' ? 2 : 4) + maps * unit;
    for (let de = 2; de < fields.length; de += 1) {
      const plan = spec.plans[de];
      if (fields[de] === undefined || plan === undefined) continue;
      const units = plan.fixed ? plan.max : readPrefix(bytes, offset, plan);
      const extent = { offset, prefixBytes: plan.prefixBytes, valueBytes: wireBytes(plan, units) };
      extents[de] = extent;
      offset += extent.prefixBytes + extent.valueBytes;
    }
    return extents;
  }
}
