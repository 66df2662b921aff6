/** A counter on virtual time: a till over a journal that outlives it, a scripted gateway and a printer that remembers. */
import Database from 'better-sqlite3';
import type { DeviceState } from '../../../drivers/contract/device.ts';
import type { FiscalRegister } from '../../../drivers/contract/fiscal.ts';
import type { PinPad } from '../../../drivers/contract/pin-pad.ts';
import type { PrintResult, ReceiptDoc, ReceiptPrinter } from '../../../drivers/contract/printer.ts';
import { openNoFiscalRegister } from '../../../drivers/fiscal/none.ts';
import { importCatalogue, openCatalogue } from '../../../electron/catalogue/catalogue.ts';
import type { ScreenView } from '../../../electron/contract/view.ts';
import { openJournal } from '../../../electron/journal/journal.ts';
import { hashPin, type StaffRecord } from '../../../electron/shift/staff.ts';
import { createTill } from '../../../electron/till/create-till.ts';
import type { CommandReply, Till, TillPolicy } from '../../../electron/till/till.ts';
import { type VirtualProcess, VirtualWorld } from '../../sim/virtual-runtime.ts';
import { ScriptedLink } from './scripted-link.ts';

export const GOODS = `goods_id,barcode,name_ru,name_zh,name_en,price,vat,unit,group,quick
1001,4600000000015,Шоколад «Алёнка» молочный,阿伦卡牛奶巧克力,Alyonka chocolate,129.90,vat22,piece,sweets,1
1002,4600000000022,Мёд липовый,椴树蜜,Linden honey,540.00,vat10,piece,grocery,2
1003,4600000000039,Янтарь,琥珀,Amber,4900.00,vat22,piece,souvenirs,
00485,2100485000002,"Сыр «Российский», весовой",俄罗斯奶酪,Cheese by weight,890.00,vat10,kg,dairy,
`;

export const POLICY: TillPolicy = {
  replyTimeoutMs: 10_000,
  unknownAfterMs: 5_000,
  askEveryMs: 3_000,
  resendWithinMs: 30_000,
  setAsideAfterMs: 90_000,
  utcOffsetMinutes: 180,
};

/** The cheapest scrypt there is: these are not secrets. */
const CHEAP = { cost: 2, blockSize: 1, parallel: 1 };
const SALT = new Uint8Array(16);

export const STAFF: readonly StaffRecord[] = [
  { staffId: 'anna', name: 'Анна К.', supervisor: false, pin: hashPin('1111', SALT, CHEAP) },
  { staffId: 'maria', name: 'Мария П.', supervisor: true, pin: hashPin('9999', SALT, CHEAP) },
];

export const ALIPAY_CODE = '281234567890123456';
export const SUPERVISOR = { staffId: 'maria', pin: '9999', reason: 'customer left' };

export class RecordingPrinter implements ReceiptPrinter {
  readonly docs: ReceiptDoc[] = [];
  readonly status = null;
  state: DeviceState = 'ready';
  /** What the next prints come to; then everything prints. */
  readonly results: (PrintResult | Error)[] = [];
  drawers = 0;

  async print(doc: ReceiptDoc): Promise<PrintResult> {
    const result = this.results.shift() ?? { kind: 'printed' };
    if (result instanceof Error) throw result;
    if (result.kind === 'printed') this.docs.push(doc);
    return result;
  }

  async openDrawer(): Promise<PrintResult> {
    this.drawers += 1;
    return { kind: 'printed' };
  }

  text(index = -1): string {
    const doc = this.docs.at(index);
    return (doc?.blocks ?? [])
      .map((b) => (b.kind === 'text' ? b.text : b.kind === 'pair' ? `${b.left} ${b.right}` : ''))
      .join('\n');
  }

  onState = () => () => {};
  onStatus = () => () => {};
  onFirstByte = () => () => {};
  async close(): Promise<void> {}
}

export class Counter {
  readonly world = new VirtualWorld();
  readonly db = new Database(':memory:');
  readonly link = new ScriptedLink(this.world.clock);
  readonly printer = new RecordingPrinter();
  /** What the till would have in its log. */
  readonly troubles: { readonly trouble: string; readonly code: string; readonly cause: string }[] = [];
  /** Takes effect with the next restart. */
  fiscal: FiscalRegister = openNoFiscalRegister();
  /** How far the till's clock is off; timers keep real time, as a machine's do when somebody sets its clock. */
  clockOffMs = 0;
  till: Till;
  #process: VirtualProcess;

  constructor(policy: Partial<TillPolicy> = {}, pinPad: PinPad | null = null) {
    this.#policy = { ...POLICY, ...policy };
    this.#pinPad = pinPad;
    importCatalogue(this.db, GOODS);
    this.#process = this.world.process();
    this.till = this.#make();
  }

  readonly #policy: TillPolicy;
  readonly #pinPad: PinPad | null;

  #make(): Till {
    const { timers, random, clock } = this.#process;
    const runtime = { timers, random, clock: { now: () => clock.now() + this.clockOffMs } };
    return createTill({
      runtime,
      link: this.link,
      devices: { printer: this.printer, scanner: null, fiscal: this.fiscal, pinPad: this.#pinPad },
      policy: this.#policy,
      identity: { tid: '10000003', name: 'Касса 03' },
      journal: openJournal(this.db, runtime),
      catalogue: openCatalogue(this.db),
      staff: STAFF,
      shop: {
        nameRu: 'Магазин «Амур»',
        nameZh: '黑龙江商店',
        inn: '2801000000',
        address: 'Благовещенск, ул. Ленина, 1',
        supportPhone: '8 800 000-00-00',
      },
      onTrouble: (trouble, facts) => this.troubles.push({ trouble, ...facts }),
    });
  }

  async open(): Promise<void> {
    await this.till.start();
    await this.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    await this.world.settle();
  }

  /** Kills the till where it stands and starts another over the same journal. */
  async restart(): Promise<void> {
    this.#process.kill();
    await this.till.stop();
    this.#process = this.world.process();
    this.till = this.#make();
    await this.till.start();
    await this.world.settle();
  }

  async ok(command: object): Promise<unknown> {
    const reply = await this.send(command);
    if (!reply.ok) throw new Error(`${JSON.stringify(command)}: ${JSON.stringify(reply.error)}`);
    return reply.result;
  }

  async refused(command: object): Promise<string> {
    const reply = await this.send(command);
    if (reply.ok) throw new Error(`${JSON.stringify(command)} was accepted`);
    return reply.error.code;
  }

  async send(command: object): Promise<CommandReply> {
    const reply = await this.till.command(command);
    await this.world.settle();
    return reply;
  }

  /** One chocolate, one amber, at the wallet screen. */
  async fillForWallet(): Promise<void> {
    await this.ok({ command: 'scan', text: '4600000000015' });
    await this.ok({ command: 'scan', text: '4600000000039' });
    await this.ok({ command: 'wallet_begin' });
  }

  screen(): ScreenView {
    return this.till.cashierView().screen;
  }

  /** The screen, which must be the named one. */
  on<N extends ScreenView['name']>(name: N): Extract<ScreenView, { name: N }> {
    const screen = this.screen();
    if (screen.name !== name) throw new Error(`on ${screen.name}, not ${name}`);
    return screen as Extract<ScreenView, { name: N }>;
  }

  notice(): string | null {
    return this.till.cashierView().notice?.code ?? null;
  }

  row<T>(sql: string, ...values: (string | number)[]): T {
    return this.db.prepare(sql).get(...values) as T;
  }
}
