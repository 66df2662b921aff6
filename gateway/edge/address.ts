/** The key under which connections of one party are counted: an IPv4 address, or the first 64 bits of an IPv6 address,
 *  because the rest of it is the party's to choose. */
import { isIPv4, isIPv6 } from 'node:net';

export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const plain = address.replace(/%.*$/, '').toLowerCase();
  const mapped = plain.startsWith('::ffff:') ? plain.slice('::ffff:'.length) : plain;
  if (isIPv4(mapped)) return mapped;
  return isIPv6(plain) ? prefix64(plain) : 'unknown';
}

function prefix64(address: string): string {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
