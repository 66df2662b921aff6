import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureCertificates } from '../../../build/certificates.ts';
import { dialTls, type GatewayTrust } from '../../../electron/gateway-client/dial-tls.ts';
import { enrol } from '../../../electron/gateway-client/enrol.ts';
import { type CountingLink, openGatewayLink } from '../../../electron/gateway-client/gateway-link.ts';
import { openIdentity } from '../../../electron/gateway-client/identity.ts';
import type { LinkState } from '../../../electron/gateway-client/link.ts';
import type { AmurError } from '../../../gateway/kernel/errors.ts';
import { type EdgeWorld, GATEWAY, openWorld, TID } from '../../gateway/edge/edge-world.ts';

let world: EdgeWorld;
let directory = '';
let trust: GatewayTrust;
beforeEach(async () => {
  world = await openWorld();
  directory = mkdtempSync(join(tmpdir(), 'amur-terminal-'));
  trust = { caPem: world.caPem, gatewayPin: world.pin };
});
afterEach(async () => {
  await world.close();
  rmSync(directory, { recursive: true });
});

const software = 'test 1';

async function enrolled(activationCode: string, by: GatewayTrust = trust) {
  const identity = openIdentity(directory, world.runtime.random);
  const url = `https://127.0.0.1:${world.edge.port}/enrol`;
  return enrol({ url, trust: by, activationCode, identity, software, runtime: world.runtime });
}

const reached = (link: CountingLink, state: LinkState) =>
  new Promise<void>((resolve) => {
    const check = () => link.state === state && resolve();
    link.onState(check);
    check();
  });

describe('a terminal and its gateway', () => {
  test('enrol, connect and talk; what enrolment gave is there after a restart', async () => {
    const code = await world.issueCode(TID);
    const identity = await enrolled(code.toLowerCase());
    expect(identity.enrolled).toMatchObject({ tid: TID, gateway: GATEWAY });
    const again = openIdentity(directory, world.runtime.random);
    expect([again.publicKey, again.enrolled]).toEqual([identity.publicKey, identity.enrolled]);
    const { signer } = again;
    if (signer === null) throw new Error('not enrolled');
    const dial = dialTls(`wss://localhost:${world.edge.port}/terminal`, trust);
    const link = openGatewayLink({ dial, signer, software, runtime: world.runtime });
    await reached(link, 'up');
    const totals = await link.request('day.totals', { businessDate: '2026-11-22' }, 5_000);
    expect(totals.businessDate).toBe('2026-11-22');
    await link.close();
  });

  test('a code the gateway refuses leaves the terminal as it was', async () => {
    const error = await enrolled('00000-00000-00000-00000').catch((thrown: AmurError) => thrown.code);
    expect(error).toBe('ACTIVATION_INVALID');
    expect(openIdentity(directory, world.runtime.random).enrolled).toBeNull();
  });

  test('a terminal that is not enrolled at the gateway is refused', async () => {
    const identity = openIdentity(directory, world.runtime.random);
    const merchant = { mid: '100000000000001', name: 'n', nameZh: 'z', inn: '2801000000', address: 'a' };
    const { signer } = identity.enrol({ tid: TID, gateway: GATEWAY, merchant });
    if (signer === null) throw new Error('not enrolled');
    const dial = dialTls(`wss://127.0.0.1:${world.edge.port}/terminal`, trust);
    const link = openGatewayLink({ dial, signer, software, runtime: world.runtime });
    await reached(link, 'refused');
    await link.close();
  });

  test('a server with another key, or of another authority, is not spoken to and gets no code', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'amur-other-'));
    const other = await ensureCertificates(elsewhere, Date.UTC(2026, 10, 22));
    const strange = { ...trust, caPem: readFileSync(other.caCert, 'utf8') };
    const unpinned = { ...trust, gatewayPin: 'x'.repeat(44) };
    rmSync(elsewhere, { recursive: true });
    const code = await world.issueCode(TID);
    for (const wrong of [strange, unpinned]) {
      const opened: string[] = [];
      await new Promise<void>((resolve) => {
        dialTls(
          `wss://127.0.0.1:${world.edge.port}/terminal`,
          wrong,
        )({
          onOpen: () => void opened.push('open'),
          onFrame: () => void opened.push('frame'),
          onCardFrame: () => void opened.push('card'),
          onAlive: () => undefined,
          onClosed: () => resolve(),
        });
      });
      expect(opened).toEqual([]);
      expect(await enrolled(code, wrong).catch((thrown: AmurError) => thrown.code)).toBe('LINK_DOWN');
    }
    expect((await enrolled(code)).enrolled?.tid).toBe(TID);
  });
});
