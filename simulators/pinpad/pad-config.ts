/** The PIN pad's part of the counter's configuration, and its file of secrets, checked before anything is opened. */
import { readFileSync } from 'node:fs';
import { KeysError } from '../../gateway/keys/keys-error.ts';
import { initialKsn, parseKsn } from '../../gateway/keys/ksn.ts';
import { parseCards, sampleCards, type VirtualCard } from './card-deck.ts';
import { openKeyBlock } from './pad-keys.ts';
import { PadRefusal } from './refusal.ts';
import { PAD_DEFAULTS, type PadSecrets, type PadSettings } from './settings.ts';

export interface PinPadConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly pageHost: string;
  readonly pagePort: number;
  /** Path of a serial port to be made, or null for TCP alone. */
  readonly pty: string | null;
  readonly settings: PadSettings;
  readonly secrets: PadSecrets;
  readonly cards: readonly VirtualCard[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Throws an Error that names the field, never a key. */
export function pinPadConfigOf(value: unknown): PinPadConfig {
  const root = fieldsOf(value, 'pinPad');
  return {
    host: textOf(root.host ?? '127.0.0.1', 'pinPad.host'),
    port: portOf(root.port, 'pinPad.port'),
    pageHost: textOf(root.pageHost ?? '127.0.0.1', 'pinPad.pageHost'),
    pagePort: portOf(root.pagePort, 'pinPad.pagePort'),
    pty: root.pty === undefined || root.pty === null ? null : textOf(root.pty, 'pinPad.pty'),
    settings: settingsOf(root.settings ?? {}),
    secrets: secretsOf(readJson(textOf(root.secrets, 'pinPad.secrets'))),
    cards:
      root.cards === undefined || root.cards === null
        ? sampleCards()
        : parseCards(readJson(textOf(root.cards, 'pinPad.cards'))),
  };
}

/** Shape   { initialKey: { ksn, key } | { keyBlock }, transportKey?: hex, issuerKeys: { name: hex } } */
export function secretsOf(value: unknown): PadSecrets {
  const root = fieldsOf(value, 'the secrets of the PIN pad');
  const transportKey =
    root.transportKey === undefined || root.transportKey === null
      ? null
      : hexOf(root.transportKey, 'transportKey', [16, 24, 32]);
  const issuerKeys = Object.entries(fieldsOf(root.issuerKeys, 'issuerKeys')).map(
    ([name, key]) => [name, hexOf(key, `issuerKeys.${name}`, [16])] as const,
  );
  return {
    initialKey: initialKeyFrom(fieldsOf(root.initialKey, 'initialKey'), transportKey),
    transportKey,
    issuerKeys: Object.fromEntries(issuerKeys),
  };
}

function initialKeyFrom(fields: Fields, transportKey: string | null): PadSecrets['initialKey'] {
  try {
    if (fields.keyBlock === undefined) {
      const ksn = initialKsn(parseKsn(textOf(fields.ksn, 'initialKey.ksn')));
      return { ksn, key: hexOf(fields.key, 'initialKey.key', [16, 24, 32]) };
    }
    const { ksn, key } = openKeyBlock(transportKey, textOf(fields.keyBlock, 'initialKey.keyBlock'));
    return { ksn, key: Buffer.from(key).toString('hex') };
  } catch (error) {
    if (error instanceof PadRefusal || error instanceof KeysError)
      throw new Error('initialKey is not an initial DUKPT key.', { cause: error });
    throw error;
  }
}

function settingsOf(value: unknown): PadSettings {
  const given = fieldsOf(value, 'pinPad.settings');
  for (const [name, field] of Object.entries(given)) {
    const known = (PAD_DEFAULTS as unknown as Fields)[name];
    if (known === undefined || typeof known !== typeof field)
      throw new Error(`pinPad.settings.${name} is unknown or of a wrong kind.`);
  }
  return { ...PAD_DEFAULTS, ...given };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${name} must be an object.`);
  return value as Fields;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${name} must be a non-empty text.`);
  return value;
}

function hexOf(value: unknown, name: string, lengths: readonly number[]): string {
  if (typeof value !== 'string' || !/^([0-9A-Fa-f]{2})+$/.test(value) || !lengths.includes(value.length / 2))
    throw new Error(`${name} must be a key of ${lengths.join(', ')} bytes in hexadecimal.`);
  return value.toUpperCase();
}

function portOf(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 65_535)
    throw new Error(`${name} must be a port from 0 to 65535.`);
  return value;
}
