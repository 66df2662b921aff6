/** What the page and tests may do to the PIN pad: act as the customer, pull its plug, make it fail. JSON both ways.
 *
 *  Shape   POST /insert /tap /swipe {card} | /remove | /press {key} | /pin {digits} | /cancel | /plug {on} | /fault {name, on}
 *          | /reboot; each answers {ok}: false where the device does not take that now */

import { maskedPan, type VirtualCard } from './card-deck.ts';
import { isPadFault, PAD_FAULTS } from './faults.ts';
import type { PinPadDevice } from './pin-pad-device.ts';

type Body = Readonly<Record<string, unknown>>;
type Action = (device: PinPadDevice, body: Body) => boolean | 'malformed';

const KEY = /^([0-9]|clear|cancel|enter)$/;

const ACTIONS: Readonly<Record<string, Action>> = {
  '/insert': (device, { card }) => (typeof card === 'string' ? device.insert(card) : 'malformed'),
  '/tap': (device, { card }) => (typeof card === 'string' ? device.tap(card) : 'malformed'),
  '/swipe': (device, { card }) => (typeof card === 'string' ? device.swipe(card) : 'malformed'),
  '/remove': (device) => done(() => device.remove()),
  '/press': (device, { key }) =>
    typeof key === 'string' && KEY.test(key) ? done(() => device.press(key)) : 'malformed',
  '/pin': (device, { digits }) =>
    typeof digits === 'string' && /^[0-9]{4,12}$/.test(digits)
      ? device.face.prompt.kind === 'enter_pin' && done(() => device.pressPin(digits))
      : 'malformed',
  '/cancel': (device) => done(() => device.cancel()),
  '/plug': (device, { on }) =>
    typeof on === 'boolean' ? done(() => (on ? device.plug() : device.unplug())) : 'malformed',
  '/fault': (device, { name, on }) =>
    isPadFault(name) && typeof on === 'boolean' ? done(() => device.setFault(name, on)) : 'malformed',
  '/reboot': (device) => done(() => device.reboot()),
};

/** `unknown`: there is no such action. */
export function controlPad(
  device: PinPadDevice,
  path: string,
  body: Body,
): { readonly ok: boolean } | 'malformed' | 'unknown' {
  const action = Object.hasOwn(ACTIONS, path) ? ACTIONS[path] : undefined;
  if (action === undefined) return 'unknown';
  const result = action(device, body);
  return result === 'malformed' ? result : { ok: result };
}

/** What the page draws. The PIN stands on each virtual card, as on a note stuck to it. */
export function padState(device: PinPadDevice): object {
  return {
    face: device.face,
    inSlot: device.inSlot,
    plugged: device.plugged,
    running: device.running,
    serial: device.identity.serial,
    faults: Object.fromEntries(PAD_FAULTS.map((name) => [name, device.faults.includes(name)])),
    cards: device.cards.map(shown),
  };
}

function shown(card: VirtualCard): object {
  const { name, title, scheme, holder, currency, interfaces, expiryYymm, pin, label } = card;
  const expires = `${expiryYymm.slice(2)}/${expiryYymm.slice(0, 2)}`;
  return {
    name,
    title,
    scheme,
    holder,
    currency,
    interfaces,
    expires,
    pin,
    label,
    number: maskedPan(card.pan),
  };
}

function done(act: () => void): true {
  act();
  return true;
}
