import { describe, expect, test } from 'vitest';
import {
  firstMti,
  isRepeat,
  isResponse,
  MTI_BY_NUMBER,
  mtiClass,
  mtiFunction,
  parseMti,
  repeatMti,
  responseMti,
} from '../../../gateway/iso8583/mti.ts';

describe('Message types', () => {
  test.each([
    ['0100', '0110'],
    ['0200', '0210'],
    ['0201', '0210'],
    ['0220', '0230'],
    ['0221', '0230'],
    ['0320', '0330'],
    ['0400', '0410'],
    ['0401', '0410'],
    ['0420', '0430'],
    ['0421', '0430'],
    ['0500', '0510'],
    ['0520', '0530'],
    ['0800', '0810'],
    ['0820', '0830'],
    ['1202', '1212'],
    ['1203', '1212'],
  ])('%s is answered by %s', (request, response) => {
    expect(responseMti(parseMti(request))).toBe(response);
    expect(isResponse(parseMti(response))).toBe(true);
    expect(isResponse(parseMti(request))).toBe(false);
  });

  test.each([
    ['0200', '0201'],
    ['0420', '0421'],
    ['0421', '0421'],
    ['0402', '0403'],
  ])('%s is repeated as %s', (first, repeat) => {
    expect(repeatMti(parseMti(first))).toBe(repeat);
    expect(isRepeat(parseMti(repeat))).toBe(true);
  });

  test('a repeat is known by its first sending', () => {
    expect([firstMti('0421'), firstMti('0420'), firstMti('0203')]).toEqual(['0420', '0420', '0202']);
    expect(isRepeat('0420')).toBe(false);
  });

  test.each(['0210', '0430', '0810', '0280', '0290'] as const)(
    '%s is neither answered nor repeated',
    (mti) => {
      expect(() => responseMti(mti)).toThrow(expect.objectContaining({ code: 'MTI_HAS_NO_RESPONSE' }));
      expect(() => repeatMti(mti)).toThrow(expect.objectContaining({ code: 'MTI_HAS_NO_RESPONSE' }));
    },
  );

  test.each(['', '020', '02000', '0000', '0900', '3200', '0206', '02a0', '０200', '0200\n'])(
    '"%s" is none',
    (text) => {
      expect(() => parseMti(text)).toThrow(expect.objectContaining({ code: 'MTI_MALFORMED', de: 0 }));
    },
  );

  test('class and function have names', () => {
    expect([mtiClass('0420'), mtiFunction('0420')]).toEqual(['reversal', 'advice']);
    expect([mtiClass('0810'), mtiFunction('0810')]).toEqual(['network_management', 'request_response']);
  });

  test('there are as many as versions, classes, functions and origins allow', () => {
    expect(MTI_BY_NUMBER.filter((mti) => mti !== undefined)).toHaveLength(5 * 8 * 10 * 6);
    expect(MTI_BY_NUMBER[200]).toBe('0200');
  });
});
