/** Spoilt requests for activation, against a code that is waiting to be used. */
import { activationHash } from '../../gateway/edge/activation.ts';
import { Enrolment } from '../../gateway/edge/enrolment.ts';
import { DEFAULT_EDGE_LIMITS } from '../../gateway/edge/limits.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import { GatewayWorld, TID } from './gateway-world.ts';
import { mutantOf } from './mutations.ts';
import { judgeEnrolment } from './oracle.ts';
import type { Session, Tally } from './tally.ts';

const KIND = 'activation_request';
const FREE = { burst: 1_000_000_000, perMinute: 1_000_000_000 };
const PUBLIC_KEY = 'MCowBQYDK2VwAyEAtestkeytestkeytestkeytestkO';
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export async function openEnrolSession(draw: SeededRandom, tally: Tally): Promise<Session> {
  const gateway = await new GatewayWorld(draw.uint32(), null).open();
  const { store, log, world, watch } = gateway;
  const limits = { ...DEFAULT_EDGE_LIMITS, activations: FREE, activationsPerAddress: FREE };
  const enrolment = new Enrolment({ store, runtime: world, log, gateway: 'amur-gateway', limits });
  const issue = async (): Promise<string> => {
    const letters = [...draw.bytes(20)].map((byte) => LETTERS[byte & 31] ?? '').join('');
    const codeHash = activationHash(letters) ?? '';
    await store.commit([
      { kind: 'activation.insert', codeHash, tid: TID, expiresAt: world.now() + 1_000_000 },
    ]);
    return letters;
  };
  let waiting = await issue();
  return {
    async one() {
      const activationCode = waiting.match(/.{5}/g)?.join('-') ?? '';
      const mutant = mutantOf({ v: 1, activationCode, publicKey: PUBLIC_KEY, software: 'fuzz 1' }, draw);
      const text = mutant.bytes.toString('utf8');
      const verdict = judgeEnrolment(Buffer.from(text));
      const before = watch.hash();
      const answer = await enrolment.enrol(text, '127.0.0.1').then(
        () => 'ok',
        (error: unknown) => (error instanceof AmurError ? error.code : 'thrown'),
      );
      tally.count(KIND, answer, verdict.valid);
      const wrong = (what: string): void => tally.violate(KIND, what, mutant.made, mutant.bytes);
      if (answer !== 'ok' && watch.hash() !== before) wrong('a refused request changed the books');
      if (!verdict.valid) {
        if (answer !== verdict.code) wrong(`${answer} where ${verdict.code} was due`);
      } else {
        const said = String(verdict.value.activationCode)
          .replaceAll('-', '')
          .replaceAll('O', '0')
          .replace(/[IL]/g, '1');
        const due = said === waiting ? 'ok' : 'ACTIVATION_INVALID';
        if (answer !== due) wrong(`${answer} where ${due} was due`);
      }
      if (answer === 'ok') waiting = await issue();
    },
    close: () => gateway.close(),
  };
}
