/** The simulated partner bank behind the gateway's own link, on virtual time, over a line that loses what a test says. */
import Database from 'better-sqlite3';
import { profileOf } from '../../../../gateway/banks/bank-config.ts';
import { createBank } from '../../../../gateway/banks/bank-port.ts';
import type { Dial } from '../../../../gateway/banks/dial.ts';
import { DEFAULT_BANK_LIMITS } from '../../../../gateway/banks/terms.ts';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { ksnFromBytes, ksnScheme } from '../../../../gateway/keys/ksn.ts';
import type { BankPort } from '../../../../gateway/payments/card/ports.ts';
import { PartnerBank } from '../../../../simulators/bank/bank.ts';
import { type CardTerms, USUAL_TERMS } from '../../../../simulators/bank/terms.ts';
import { MemoryKeyStore, TERMS } from '../../banks/link-world.ts';
import { PAN } from '../../keys/hsm-world.ts';
import type { CardRig } from './card-rig.ts';

const CARD: CardTerms = {
  ...{
    name: 'one',
    pan: PAN,
    expiryYymm: '3012',
    account: 'A1',
    imk: 'none',
    pvk: 'none',
    pvki: 1,
    pvv: null,
  },
  ...{ stopped: 'no', perTransactionMinor: null, perDayMinor: null, perDayCount: null, scenario: null },
};

export type Losing = (mti: string) => boolean;

export class SimulatedBank {
  readonly db = new Database(':memory:');
  /** Asked of every message on the way there, and back. */
  losesAsked: Losing = () => false;
  losesAnswer: Losing = () => false;
  /** MTIs of what arrived. */
  readonly arrived: string[] = [];
  readonly #keyStore = new MemoryKeyStore();
  #host: PartnerBank | null = null;

  readonly portOf = (rig: CardRig): BankPort => {
    const host = this.#hostFor(rig);
    const bank = createBank({
      terms: { ...TERMS, bank: 'bank-a', zmk: 'bank.zmk.aes' },
      limits: DEFAULT_BANK_LIMITS,
      spec: profileOf('ascii'),
      dials: [this.#dial(rig, host)],
      hsm: rig.keys.hsm,
      terminalKey: (bytes) => {
        const ksn = ksnFromBytes(bytes);
        return { kind: 'dukpt', bdk: `terminal.bdk.${ksnScheme(ksn)}`, ksn };
      },
      panKey: 'pan.key',
      keyStore: this.#keyStore,
      runtime: rig.process,
      log: () => undefined,
    });
    void bank.start();
    return bank;
  };

  get host(): PartnerBank {
    if (this.#host === null) throw new Error('The bank has not been started.');
    return this.#host;
  }

  /** Its machine is its own: it lives on when the gateway's process dies. */
  #hostFor(rig: CardRig): PartnerBank {
    this.#host ??= new PartnerBank({
      db: this.db,
      runtime: rig.world.process(),
      hsm: rig.keys.hsm,
      terms: {
        ...USUAL_TERMS,
        ...{
          name: 'bank-a',
          pinBlock: 'format0',
          zmk: 'bank.zmk.aes',
          keysMadeBy: 'gateway',
          rates: new Map(),
        },
      },
      accounts: [{ account: 'A1', holder: 'IVANOV', currency: RUB, openingMinor: 10_000_000_000n }],
      cards: [CARD],
    });
    return this.#host;
  }

  /** What a dead process would hear is heard by nobody. */
  #dial({ world, process }: CardRig, host: PartnerBank): Dial {
    return (handlers) => {
      let open = true;
      const close = (): void => {
        if (!open) return;
        open = false;
        process.timers.after(0, () => handlers.onClosed(null));
      };
      const connection = host.connect({
        send: (bytes) => {
          if (this.losesAnswer(mtiOf(bytes))) return;
          const copy = Buffer.from(bytes);
          process.timers.after(1, () => open && handlers.onBytes(copy));
        },
        close,
      });
      const write = (bytes: Uint8Array): boolean => {
        const copy = Buffer.from(bytes);
        bytes.fill(0);
        if (this.losesAsked(mtiOf(copy))) return open;
        world.timers.after(1, () => {
          if (!open) return;
          this.arrived.push(mtiOf(copy));
          connection.receive(copy);
        });
        return open;
      };
      process.timers.after(1, () => handlers.onOpen({ write, queuedBytes: 0, terminate: close }));
      return close;
    };
  }
}

/** Of a frame in the ASCII profile. */
function mtiOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(2, 6)).toString('latin1');
}
