/** The gateway's card payments, put together as its process does it: HSM, links to the banks, service. */
import { profileOf } from '../../../gateway/banks/bank-config.ts';
import { createBank } from '../../../gateway/banks/bank-port.ts';
import { DEFAULT_BANK_LIMITS } from '../../../gateway/banks/terms.ts';
import type { Log } from '../../../gateway/kernel/log.ts';
import type { Runtime } from '../../../gateway/kernel/time.ts';
import type { BankPort } from '../../../gateway/payments/card/ports.ts';
import { BinTable } from '../../../gateway/run/card/bin-table.ts';
import { createCardService } from '../../../gateway/run/card/card-service.ts';
import { TerminalKeys } from '../../../gateway/run/card/terminal-keys.ts';
import { promisedHsm } from '../../gateway/keys/promised-hsm.ts';
import type { FoldingStore } from '../gateway-disk.ts';
import type { Living } from '../living.ts';
import type { BankHost } from './bank-host.ts';
import type { BankLines } from './bank-lines.ts';
import { BDK, type CardKeys, HASH_KEY, KSN_PREFIX, PAN_KEY, zmkName } from './keys.ts';
import type { ZoneKeyDisk } from './zone-key-disk.ts';

export interface CardSideParts {
  readonly store: FoldingStore;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly living: Living;
  readonly lines: BankLines;
  readonly banks: readonly BankHost[];
  readonly keys: CardKeys;
  readonly zoneKeys: ReadonlyMap<string, ZoneKeyDisk>;
  readonly booked: () => void;
  readonly throughBank: (inner: BankPort) => BankPort;
}

const ROUTES = [
  { prefix: '2200', scheme: 'mir', bank: 'mir-bank', currency: 'RUB', converter: 'issuer' },
  { prefix: '62000003', scheme: 'unionpay', bank: 'mir-bank', currency: 'RUB', converter: 'issuer' },
  { prefix: '62000002', scheme: 'unionpay', bank: 'unionpay-bank', currency: 'CNY', converter: 'issuer' },
  { prefix: '62000004', scheme: 'unionpay', bank: 'unionpay-bank', currency: 'CNY', converter: 'till' },
] as const;

export function makeCardSide(parts: CardSideParts) {
  const { store, runtime, log, living, lines, keys, booked } = parts;
  const hsm = keys.gatewayHsm(runtime.random);
  const terminal = new TerminalKeys([{ ksnPrefix: KSN_PREFIX, bdk: BDK, renewal: null }]);
  const links = parts.banks.map((host) => {
    const { bank, profile, mac, pinBlock, keysMadeBy } = host.plan;
    const disk = parts.zoneKeys.get(bank);
    if (disk === undefined) throw new Error(`No disk for the keys of ${bank}.`);
    return createBank({
      terms: {
        ...{ bank, profile, mac, pinBlock, keysMadeBy, zmk: zmkName(bank), macPadding: 1, wrongMac: 'keep' },
        ...{ acquirerId: '220001', forwarderId: null, town: 'Blagoveshchen', country: 'RU' },
        ...{ localOffsetMinutes: 180, keyLifeMs: 6 * 3_600_000, messagesPerKey: 500 },
      },
      // The whole nest of timers is shorter than the slowest way of a message.
      limits: { ...DEFAULT_BANK_LIMITS, replyTimeoutMs: 8_000, adviceTimeoutMs: 8_000 },
      spec: profileOf(profile),
      dials: [lines.dial(host, living)],
      ...{ hsm, keyStore: disk.open(living), runtime, panKey: PAN_KEY },
      terminalKey: (ksn) => terminal.use(ksn),
      log: ({ event, ...facts }) => log.info(event, facts),
    });
  });
  const bins = new BinTable(ROUTES);
  const cards = createCardService({
    ...{ store, runtime, log, bins, booked, panKey: PAN_KEY, hashKey: HASH_KEY },
    hsm: promisedHsm(hsm),
    banks: links.map((link) => parts.throughBank(link)),
    keys: terminal,
    pads: new Map(),
    bankDay: { cutAt: '00:00', cutOverBanks: ['unionpay-bank'] },
    // A look a minute finds the end of a day soon enough, and nights are long.
    policy: { requestBoundMs: 11_000, totalsLookEveryMs: 60_000 },
  });
  return {
    cards,
    bins,
    start: async () => {
      await cards.start();
      for (const link of links) await link.start();
    },
  };
}
