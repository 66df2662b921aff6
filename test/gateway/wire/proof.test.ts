import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ProofClaim, proofBytes } from '../../../gateway/wire/proof.ts';

const claim: ProofClaim = {
  nonce: new Uint8Array(32).fill(1),
  tid: '10000001',
  gateway: 'amur-gateway',
  exporter: new Uint8Array(32).fill(2),
};

test('the signed bytes are context, version, nonce, terminal, gateway and exporter, each after its length', () => {
  const hex = Buffer.from(proofBytes(claim)).toString('hex');
  const field = (bytes: Buffer) => bytes.length.toString(16).padStart(4, '0') + bytes.toString('hex');
  const expected = [
    Buffer.from('amur terminal proof'),
    Buffer.from([1]),
    Buffer.alloc(32, 1),
    Buffer.from('10000001'),
    Buffer.from('amur-gateway'),
    Buffer.alloc(32, 2),
  ];
  expect(hex).toBe(expected.map(field).join(''));
});

test('two different claims never have the same bytes', () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const claims = fc.record({ nonce: bytes32, exporter: bytes32, tid: fc.string(), gateway: fc.string() });
  const text = (value: ProofClaim) => Buffer.from(proofBytes(value)).toString('hex');
  const wellFormed = (value: ProofClaim) => value.tid.isWellFormed() && value.gateway.isWellFormed();
  fc.assert(
    fc.property(claims.filter(wellFormed), claims.filter(wellFormed), (left, right) => {
      const same = left.tid === right.tid && left.gateway === right.gateway;
      const sameBytes =
        Buffer.from(left.nonce).equals(right.nonce) && Buffer.from(left.exporter).equals(right.exporter);
      expect(text(left) === text(right)).toBe(same && sameBytes);
    }),
  );
  const moved = { ...claim, tid: '10000001a', gateway: 'mur-gateway' };
  expect(text(moved)).not.toBe(text(claim));
});

test('a nonce or exporter of another length is a bug and says so', () => {
  expect(() => proofBytes({ ...claim, nonce: new Uint8Array(31) })).toThrow(RangeError);
  expect(() => proofBytes({ ...claim, exporter: new Uint8Array(0) })).toThrow(RangeError);
});
