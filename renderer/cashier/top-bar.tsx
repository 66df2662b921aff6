/** Who, which till, which devices are well, what time. A device's state is said in words when it is not ready. */

import type { Language } from '../../electron/contract/commands.ts';
import type { CashierView } from '../../electron/contract/view.ts';
import { timeText } from '../text/format.ts';
import { useHostNow, useSend, useView, useWords } from '../ui/terminal.tsx';

type DeviceState = NonNullable<CashierView['devices']['scanner']>;
type Health = 'well' | 'wait' | 'ill';

export function TopBar() {
  const view = useView();
  const words = useWords();
  const { devices, till } = view;
  const gatewayHealth: Health =
    devices.gateway === 'up' ? 'well' : devices.gateway === 'slow' ? 'wait' : 'ill';
  return (
    <header className="bar" data-testid="top-bar">
      <span className="bar-brand">{words.brand}</span>
      <span className="bar-till">{words.bar.shift(till.name, till.shift)}</span>
      {view.cashier === null ? null : (
        <span className="bar-cashier" data-testid="cashier-name">
          {view.cashier.name}
        </span>
      )}
      <span className="bar-gap" />
      <DeviceLamp name="scanner" state={devices.scanner} />
      <PrinterLamp />
      <DeviceLamp name="fiscal" state={devices.fiscal} />
      <PinPadLamp />
      <Lamp
        name={words.bar.gateway}
        health={gatewayHealth}
        state={words.bar.gatewayState[devices.gateway]}
        testId="lamp-gateway"
      />
      <HostTime />
      <LanguageSwitch />
    </header>
  );
}

function DeviceLamp({ name, state }: { name: 'scanner' | 'fiscal' | 'pinPad'; state: DeviceState | null }) {
  const words = useWords();
  if (state === null) return null;
  return (
    <Lamp
      name={words.bar[name]}
      health={healthOf(state)}
      state={words.bar.device[state]}
      testId={`lamp-${name}`}
    />
  );
}

function PrinterLamp() {
  const { printer } = useView().devices;
  const words = useWords();
  if (printer === null) return null;
  const faulted = printer.fault !== null;
  const health: Health = faulted ? 'ill' : printer.paperNearEnd ? 'wait' : healthOf(printer.state);
  const state =
    printer.paperNearEnd && !faulted
      ? words.bar.paperNearEnd
      : words.bar.device[faulted ? 'faulted' : printer.state];
  return <Lamp name={words.bar.printer} health={health} state={state} testId="lamp-printer" />;
}

/** A card that waits in the pad after its operation is said here too: a customer may have gone without it. */
function PinPadLamp() {
  const { pinPad } = useView().devices;
  const words = useWords();
  const inside = pinPad?.state === 'ready' && pinPad.prompt.kind === 'remove_card';
  if (!inside) return <DeviceLamp name="pinPad" state={pinPad?.state ?? null} />;
  return <Lamp name={words.bar.pinPad} health="wait" state={words.bar.cardInside} testId="lamp-pinPad" />;
}

function healthOf(state: DeviceState): Health {
  return state === 'ready' ? 'well' : state === 'opening' ? 'wait' : 'ill';
}

function Lamp(props: { name: string; health: Health; state: string; testId: string }) {
  return (
    <span className={`lamp ${props.health}`} data-testid={props.testId} data-health={props.health}>
      <i className="lamp-light" />
      <span className="lamp-words">
        {props.health === 'well' ? props.name : `${props.name}: ${props.state}`}
      </span>
      {props.health === 'well' ? <span className="visually-hidden">: {props.state}</span> : null}
    </span>
  );
}

function HostTime() {
  const now = useHostNow(1000);
  const { till } = useView();
  return (
    <time className="bar-time" data-testid="host-time">
      {timeText(now, till.utcOffsetMinutes, false)}
    </time>
  );
}

/** One press goes to the next language; the label names the one in use. */
function LanguageSwitch() {
  const { language } = useView();
  const words = useWords();
  const send = useSend();
  const order = ['ru', 'zh', 'en'] as const satisfies readonly Language[];
  const next = order[(order.indexOf(language) + 1) % order.length] ?? 'ru';
  return (
    <button
      type="button"
      className="bar-language"
      data-testid="language-switch"
      aria-label={`${words.bar.language}: ${words.more.languages[language]}`}
      onClick={() => void send({ command: 'language', language: next })}
    >
      {language.toUpperCase()}
    </button>
  );
}
