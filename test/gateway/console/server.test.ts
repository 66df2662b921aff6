import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../../gateway/console/contract/roles.ts';
import { ROUTES } from '../../../gateway/console/routes.ts';
import { ConsoleClient } from './console-client.ts';
import { type ConsoleWorld, consoleWorld } from './console-world.ts';

let world: ConsoleWorld;
const people = new Map<string, string>();
const PEOPLE: readonly (readonly [string, Role, string?])[] = [
  ['olga', 'operator'],
  ['anna', 'approver'],
  ['boris', 'approver'],
  ['vera', 'auditor'],
  ['pavel', 'partner', 'primtorg'],
];

beforeAll(async () => {
  world = await consoleWorld('/nowhere', 1);
  for (const [name, role, partner] of PEOPLE) people.set(name, await world.user(name, role, partner));
});
afterAll(() => world.close());
beforeEach(() => {
  // The limits of signing in are by the minute.
  world.now += 120_000;
});

const signedIn = new Map<string, ConsoleClient>();

/** Signed in once, as long as the session lives. */
async function as(name: string, afresh = false): Promise<ConsoleClient> {
  const known = signedIn.get(name);
  if (!afresh && known !== undefined && (await known.get('/api/session')).text !== 'null') return known;
  const client = new ConsoleClient(world.pages.port);
  signedIn.set(name, client);
  const answer = await client.signIn(name, people.get(name) ?? '');
  expect(answer.status).toBe(200);
  return client;
}

const CYCLE = 'khabkredit-RUB-20261117';
const OWN_CYCLE = 'primtorg-RUB-20261117';

describe('The server of the operator’s pages', () => {
  test('lets in who knows the password, by a cookie that no script reads', async () => {
    const client = new ConsoleClient(world.pages.port);
    const answer = await client.signIn('olga', people.get('olga') ?? '');
    const [cookie] = answer.headers['set-cookie'] as readonly string[];
    expect(cookie).toMatch(/^amur_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await client.get('/api/session')).body).toMatchObject({
      name: 'olga',
      role: 'operator',
      partner: null,
    });
    await client.post('/api/sign-out', {});
    expect((await client.get('/api/session')).text).toBe('null');
    expect(await client.get('/api/today')).toMatchObject({
      status: 401,
      body: { code: 'CONSOLE_SIGN_IN_NEEDED' },
    });
  });

  test('says the same of an unknown name and a wrong password, and slows who guesses', async () => {
    const client = new ConsoleClient(world.pages.port);
    const refused = { status: 401, body: { code: 'CONSOLE_SIGN_IN_REFUSED' } };
    expect(await client.signIn('nobody', 'a wrong password')).toMatchObject(refused);
    // Somebody typed a password where the name belongs: it stands nowhere.
    const [unknown] = await world.bank.store.audit({ subject: '-', most: 1 });
    expect(unknown).toMatchObject({ action: 'sign_in.refused', actor: '-', facts: { address: '127.0.0.1' } });
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await client.signIn('vera', 'a wrong password')).toMatchObject(refused);
    }
    expect(await client.signIn('vera', people.get('vera') ?? '')).toMatchObject({ status: 429 });
    world.now += 60_000;
    expect(await client.signIn('vera', people.get('vera') ?? '')).toMatchObject({ status: 200 });
    const journal = await client.get('/api/journal');
    expect(journal.text).toContain('sign_in.refused');
  });

  test('answers its own host and its own pages only, and takes JSON and nothing else', async () => {
    const client = await as('anna');
    const refused = { status: 403, body: { code: 'CONSOLE_ORIGIN_REFUSED' } };
    expect(await client.get('/api/today', { host: 'evil.example' })).toMatchObject(refused);
    expect(await client.get('/api/today', { origin: 'http://evil.example' })).toMatchObject(refused);
    expect(await client.post('/api/sign-out', {}, { origin: 'http://evil.example' })).toMatchObject(refused);
    expect(await client.post('/api/sign-out', {}, { origin: '' })).toMatchObject(refused);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await client.post('/api/sign-out', {}, form)).toMatchObject({ status: 400 });
    const headers = (await client.get('/api/today')).headers;
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-frame-options']).toBe('DENY');
    expect((await client.get('/../package.json')).status).toBe(404);
  });

  test('ends a session that was idle, too old, or of a user whose password was changed', async () => {
    const client = await as('vera');
    world.now += 31 * 60_000;
    expect((await client.get('/api/today')).status).toBe(401);
    const watching = await as('vera', true);
    const unattended = { 'x-amur-unattended': '1' };
    for (let minutes = 0; minutes < 30; minutes += 10) {
      expect((await watching.get('/api/today', unattended)).status).toBe(200);
      world.now += 10 * 60_000;
    }
    expect((await watching.get('/api/today')).status).toBe(200);
    world.now += 31 * 60_000;
    expect((await watching.get('/api/today', unattended)).status).toBe(401);
    const [one, other] = [await as('vera', true), await as('vera', true)];
    const next = 'a much longer password';
    expect(await one.post('/api/password', { old: 'wrong, all of it', next })).toMatchObject({ status: 401 });
    expect(await one.post('/api/password', { old: people.get('vera'), next: 'short' })).toMatchObject({
      status: 400,
    });
    expect(await one.post('/api/password', { old: people.get('vera'), next })).toMatchObject({ status: 200 });
    people.set('vera', next);
    expect((await other.get('/api/today')).status).toBe(401);
    world.now += 120_000;
    expect((await (await as('vera', true)).get('/api/today')).status).toBe(200);
  });
});

describe('A role', () => {
  test('of an auditor sees everything and does nothing', async () => {
    const vera = await as('vera');
    for (const path of [
      'today',
      'cycles',
      'reconciliation',
      'payments',
      'rates',
      'matters',
      'terminals',
      'users',
      'journal',
    ]) {
      expect((await vera.get(`/api/${path}`)).status, path).toBe(200);
    }
    const acts = [
      [`/api/cycles/${CYCLE}/calculate`, {}],
      [`/api/cycles/${CYCLE}/approve`, { netMinor: '1' }],
      ['/api/exceptions/propose', { exceptionId: 'x', reason: 'y' }],
      ['/api/exceptions/approve', { exceptionId: 'x' }],
      ['/api/rates/propose', {}],
      ['/api/rates/decide', {}],
      ['/api/matters/propose', {}],
      ['/api/matters/decide', {}],
      ['/api/terminals/00000001/activation', {}],
      ['/api/terminals/00000001/revoke', {}],
      ['/api/users/olga/disable', {}],
    ] as const;
    for (const [path, body] of acts) {
      expect(await vera.post(path, body), path).toMatchObject({
        status: 403,
        body: { code: 'CONSOLE_NOT_ALLOWED' },
      });
    }
  });

  test('of a partner bank is refused at every route that is not its own, and needs to be signed in at all', async () => {
    const pavel = await as('pavel');
    const nobody = new ConsoleClient(world.pages.port);
    for (const { method, path, act } of ROUTES) {
      const address = path.replace(/:[a-z]+/, '00000001');
      const ask = (who: ConsoleClient) => (method === 'GET' ? who.get(address) : who.post(address, {}));
      expect(await ask(nobody), path).toMatchObject({
        status: 401,
        body: { code: 'CONSOLE_SIGN_IN_NEEDED' },
      });
      if (act === 'read_own') continue;
      expect(await ask(pavel), path).toMatchObject({ status: 403, body: { code: 'CONSOLE_NOT_ALLOWED' } });
    }
    // What is left it may read, and each of these is looked at below.
    expect(ROUTES.filter(({ act }) => act === 'read_own').map(({ path }) => path)).toEqual([
      '/api/today',
      '/api/waiting',
      '/api/cycles',
      '/api/cycles/:cycle',
      '/api/files/:file',
      '/api/payments',
      '/api/payments/:id',
    ]);
    expect(ROUTES.every(({ method, act }) => act !== 'read_own' || method === 'GET')).toBe(true);
  });

  test('of a partner bank hears nothing of the acquirer’s people, marks and other banks', async () => {
    const pavel = await as('pavel');
    const vera = await as('vera');
    const others = ['Амур-Банк', 'Хабаровский', 'Восточный', 'amurbank', 'khabkredit', 'vostparus'];
    const people = ['boris', 'bank-day', 'anna', 'olga'];
    const { rows } = (await pavel.get('/api/payments')).body as unknown as { rows: { id: string }[] };
    const addresses = [
      ...['/api/today', '/api/waiting', '/api/cycles', '/api/payments', `/api/cycles/${OWN_CYCLE}`],
      `/api/payments/${rows[0]?.id}`,
    ];
    for (const address of addresses) {
      const { status, text } = await pavel.get(address);
      expect(status, address).toBe(200);
      for (const word of [...others, ...people]) expect(text, address).not.toContain(word);
    }
    expect((await pavel.get('/api/waiting')).body).toEqual({
      cycles: 0,
      exceptions: 0,
      matters: 0,
      rates: 0,
    });
    expect(await pavel.get('/api/today')).toMatchObject({
      body: { rate: null, exceptions: null, partners: [{ partner: 'primtorg' }], due: [{ banks: 1 }] },
    });
    const all = (await vera.get('/api/today')).body as unknown as { turnover: { count: number }[] };
    const own = (await pavel.get('/api/today')).body as unknown as typeof all;
    expect(own.turnover[0]?.count).toBeLessThan((all.turnover[0]?.count ?? 0) / 2);
    // Files of others, in the outbox and as they came in, whatever their number.
    for (const file of await world.bank.store.files()) {
      const isOwn = file.party === 'primtorg' && file.direction === 'out' && file.state !== 'staged';
      expect((await pavel.get(`/api/files/${file.fileId}`)).status, file.name).toBe(isOwn ? 200 : 404);
    }
    for (const cycle of await world.bank.store.cycles()) {
      const { status } = await pavel.get(`/api/cycles/${cycle.cycleId}`);
      expect(status, cycle.cycleId).toBe(cycle.partner === 'primtorg' ? 200 : 404);
    }
  });

  test('of a partner bank sees its own cycles, files and payments, and nobody else’s', async () => {
    const pavel = await as('pavel');
    const cycles = (await pavel.get('/api/cycles')).body as unknown as { rows: { partner: string }[] };
    expect(new Set(cycles.rows.map(({ partner }) => partner))).toEqual(new Set(['primtorg']));
    expect((await pavel.get(`/api/cycles/${CYCLE}`)).status).toBe(404);
    const own = (await pavel.get(`/api/cycles/${OWN_CYCLE}`)).body as unknown as {
      files: { fileId: string; party: string; kind: string }[];
    };
    expect(new Set(own.files.map(({ party }) => party))).toEqual(new Set(['primtorg']));
    const detail = own.files.find(({ kind }) => kind === 'partner_detail');
    expect((await pavel.get(`/api/files/${detail?.fileId}`)).status).toBe(200);
    const [order] = await world.bank.store.files({ cycleId: OWN_CYCLE, party: 'ourbank' });
    expect((await pavel.get(`/api/files/${order?.fileId}`)).status).toBe(404);
    for (const path of ['reconciliation', 'rates', 'matters', 'merchants', 'terminals', 'journal']) {
      expect((await pavel.get(`/api/${path}`)).status, path).toBe(403);
    }
    const all = (await (await as('vera')).get('/api/payments')).body as unknown as {
      rows: { id: string; mid: string }[];
    };
    const seen = (await pavel.get('/api/payments')).body as unknown as typeof all;
    expect(seen.rows.length).toBeGreaterThan(0);
    expect(new Set(seen.rows.map(({ mid }) => mid))).toEqual(new Set(['100000000000004']));
    const foreign = all.rows.find(({ mid }) => mid !== '100000000000004');
    expect((await pavel.get(`/api/payments/${foreign?.id}`)).status).toBe(404);
    expect((await pavel.get(`/api/payments?words=${foreign?.id}`)).body).toMatchObject({ rows: [] });
    const view = await pavel.get(`/api/payments/${seen.rows[0]?.id}`);
    expect(view.status).toBe(200);
    expect(view.text).not.toContain('mdr_income');
    expect(await pavel.get('/api/today')).toMatchObject({
      body: { exceptions: null, partners: [{ partner: 'primtorg' }] },
    });
  });

  test('of a partner bank loses sight of a merchant from where it went over, and the next bank has it from there', async () => {
    const moved = 'payee.assign' as const;
    const payee = { kind: 'merchant' as const, id: '100000000000004', partner: 'vostparus' };
    await world.bank.context.store.foldEntries(10_000);
    expect(await world.bank.store.commit([{ kind: moved, payee }])).toEqual({ ok: true });
    const pavel = await as('pavel');
    const before = (await pavel.get('/api/payments')).body as unknown as { rows: { state: string }[] };
    expect(before.rows.length).toBeGreaterThan(0);
    expect(before.rows.every(({ state }) => state === 'approved')).toBe(true);
    people.set('elena', await world.user('elena', 'partner', 'vostparus'));
    const elena = await as('elena');
    const hers = (await elena.get('/api/payments')).body as unknown as {
      rows: { mid: string; state: string }[];
    };
    expect(hers.rows.some(({ mid, state }) => mid === payee.id && state === 'approved')).toBe(false);
  });
});

describe('Users', () => {
  test('are kept out by another person, with their sessions, and the list says when each signed in', async () => {
    const anna = await as('anna');
    people.set('ivan', await world.user('ivan', 'operator'));
    const ivan = await as('ivan');
    const signedInAt = world.now;
    const list = async () =>
      ((await anna.get('/api/users')).body as unknown as { rows: { name: string }[] }).rows;
    expect((await list()).find(({ name }) => name === 'ivan')).toEqual({
      ...{ name: 'ivan', role: 'operator', partner: null, partnerName: null },
      ...{ madeAt: signedInAt, lastSignInAt: signedInAt, disabledAt: null },
    });
    expect(JSON.stringify(await list())).not.toContain('scrypt');
    expect(await anna.post('/api/users/anna/disable', {})).toMatchObject({
      status: 409,
      body: { code: 'CONSOLE_USER_SELF' },
    });
    expect((await anna.post('/api/users/nobody/disable', {})).status).toBe(404);
    expect((await ivan.post('/api/users/anna/disable', {})).status).toBe(403);
    expect((await ivan.get('/api/users')).status).toBe(403);
    expect((await anna.post('/api/users/ivan/disable', {})).status).toBe(200);
    expect((await ivan.get('/api/today')).status).toBe(401);
    expect((await ivan.signIn('ivan', people.get('ivan') ?? '')).status).toBe(401);
    const rows = await world.bank.store.audit({ subject: 'ivan', most: 9 });
    expect(rows).toContainEqual(expect.objectContaining({ actor: 'anna', action: 'user.disable' }));
    expect(await anna.post('/api/users/ivan/disable', {})).toMatchObject({ status: 200 });
  });
});

describe('Two persons', () => {
  test('pay a cycle: the sum that was looked at, by another than its maker', async () => {
    const anna = await as('anna');
    const olga = await as('olga');
    const view = (await anna.get(`/api/cycles/${CYCLE}`)).body as unknown as { net: { amountMinor: string } };
    const path = `/api/cycles/${CYCLE}/approve`;
    expect((await olga.post(path, { netMinor: view.net.amountMinor })).status).toBe(403);
    expect(await anna.post(path, { netMinor: '1' })).toMatchObject({
      status: 409,
      body: { code: 'CYCLE_CHANGED' },
    });
    expect(await anna.post(path, { netMinor: view.net.amountMinor })).toMatchObject({
      body: { state: 'APPROVED' },
    });
    expect(await anna.post(path, { netMinor: view.net.amountMinor })).toMatchObject({ status: 409 });
    const [row] = await world.bank.store.audit({ subject: CYCLE, most: 1 });
    expect(row).toMatchObject({ actor: 'anna', action: 'cycle.approve' });
  });

  test('end an exception: an approver does not approve what it proposed itself, and the difference is booked', async () => {
    const anna = await as('anna');
    const { open } = (await anna.get('/api/reconciliation')).body as unknown as {
      open: { exceptionId: string; type: string }[];
    };
    const exceptionId = open.find(({ type }) => type === 'duplicate')?.exceptionId ?? '';
    expect((await anna.post('/api/exceptions/propose', { exceptionId, reason: '' })).status).toBe(400);
    const reason = 'Письмо банка 17 от 18.11';
    expect((await anna.post('/api/exceptions/propose', { exceptionId, reason })).status).toBe(200);
    expect(await anna.post('/api/exceptions/approve', { exceptionId })).toMatchObject({
      status: 409,
      body: { code: 'EXCEPTION_CHECKER_IS_MAKER' },
    });
    const boris = await as('boris');
    const { ended } = (await boris.post('/api/exceptions/approve', { exceptionId })).body as unknown as {
      ended: { exceptionId: string; transferId: string; approvedBy: string }[];
    };
    expect(ended[0]).toMatchObject({ exceptionId, approvedBy: 'boris', state: 'written_off' });
    expect((await world.bank.store.transfersOf(exceptionId)).length).toBe(1);
    expect((await boris.get('/api/today')).body).toMatchObject({ exceptions: { open: 3 } });
  });

  test('set a rate by hand', async () => {
    const anna = await as('anna');
    const rate = { base: 'CNY', rate: '11,35', reason: 'ЦБ молчит', hours: 4 };
    expect(await anna.post('/api/rates/propose', { ...rate, rate: '113,5' })).toMatchObject({
      body: { code: 'FX_RATE_OUT_OF_BAND' },
    });
    const made = (await anna.post('/api/rates/propose', rate)).body as unknown as {
      manual: { manualId: string }[];
    };
    const decided = { manualId: made.manual[0]?.manualId, decision: 'approve' };
    expect(await anna.post('/api/rates/decide', decided)).toMatchObject({
      body: { code: 'FX_APPROVAL_REFUSED' },
    });
    expect((await anna.get('/api/waiting')).body).toMatchObject({ rates: 1 });
    const boris = await as('boris');
    expect(await boris.post('/api/rates/decide', decided)).toMatchObject({
      body: { manual: [{ state: 'approved', decidedBy: 'boris' }] },
    });
    const { manualId } = decided;
    const withdrawal = { manualId, reason: 'Описка' };
    expect(await boris.post('/api/rates/decide', { manualId, decision: 'withdraw' })).toMatchObject({
      body: { code: 'CONSOLE_REQUEST_INVALID' },
    });
    expect(await boris.post('/api/rates/withdraw', { manualId })).toMatchObject({
      body: { code: 'CONSOLE_REQUEST_INVALID' },
    });
    expect(await boris.post('/api/rates/withdraw', withdrawal)).toMatchObject({
      body: { manual: [{ state: 'approved', withdrawal: { proposedBy: 'boris', reason: 'Описка' } }] },
    });
    expect((await boris.get('/api/waiting')).body).toMatchObject({ rates: 1 });
    const agree = { manualId, decision: 'approve_withdrawal' };
    expect(await boris.post('/api/rates/decide', agree)).toMatchObject({
      body: { code: 'FX_APPROVAL_REFUSED' },
    });
    expect(await anna.post('/api/rates/decide', agree)).toMatchObject({
      body: { manual: [{ state: 'superseded', withdrawal: { decidedBy: 'anna' } }] },
    });
    const journal = (await boris.get('/api/journal')).body as unknown as { rows: { action: string }[] };
    expect(journal.rows.map(({ action }) => action).filter((action) => action.startsWith('rate.'))).toEqual([
      ...['rate.withdraw.approve', 'rate.withdraw.propose', 'rate.approve', 'rate.propose'],
    ]);
  });
});

describe('An operator', () => {
  test('gives out an activation code once, and takes a terminal out for good; the journal has both', async () => {
    const olga = await as('olga');
    const issued = await olga.post('/api/terminals/00000005/activation', {});
    expect(issued).toMatchObject({ status: 200, body: { tid: '00000005' } });
    expect(issued.text).toMatch(/"code":"[0-9A-Z]{5}(-[0-9A-Z]{5}){3}"/);
    const { rows } = (await olga.post('/api/terminals/00000005/revoke', {})).body as unknown as {
      rows: { tid: string; state: string }[];
    };
    expect(rows.find(({ tid }) => tid === '00000005')).toMatchObject({ state: 'revoked' });
    expect(await olga.post('/api/terminals/00000005/activation', {})).toMatchObject({
      status: 409,
      body: { code: 'CONSOLE_TERMINAL_REFUSED' },
    });
    const actions = (await world.bank.store.audit({ subject: '00000005', most: 5 })).map(
      ({ action }) => action,
    );
    expect(actions).toEqual(['terminal.issue', 'terminal.revoke', 'terminal.issue']);
  });

  test('finds a payment by its receipt, its sum or its number, with all of its postings', async () => {
    const olga = await as('olga');
    const { rows } = (await olga.get('/api/payments?state=approved')).body as unknown as {
      rows: { id: string; receipt: string; amount: { amountMinor: string } }[];
    };
    const [one] = rows;
    const decimal = `${one?.amount.amountMinor.slice(0, -2)}.${one?.amount.amountMinor.slice(-2)}`;
    for (const query of [`words=${one?.id}`, `words=${one?.receipt}`, `amount=${decimal}`]) {
      const found = (await olga.get(`/api/payments?${query}`)).body as unknown as { rows: { id: string }[] };
      expect(
        found.rows.map(({ id }) => id),
        query,
      ).toContain(one?.id);
    }
    expect((await olga.get(`/api/payments/${one?.id}`)).body).toMatchObject({
      steps: [{ step: 'sent' }, { step: 'approved' }],
      postings: [{ template: 'wallet_sale_acquirer_converts' }],
    });
    expect((await olga.get('/api/payments?from=2026-01-01&to=2026-11-18')).status).toBe(400);
    expect((await olga.get(`/api/payments?words=${encodeURIComponent("' OR 1=1")}`)).status).toBe(400);
  });

  test('sees today’s turnover as the ledger has it', async () => {
    const olga = await as('olga');
    const today = (await olga.get('/api/today')).body as unknown as {
      turnover: { amount: { amountMinor: string }; count: number }[];
      hours: { amount: { amountMinor: string } }[];
    };
    const booked = world.bank.db
      .prepare(
        `SELECT sum(e.amount_minor) AS minor, count(*) AS count FROM transfer t JOIN entry e USING (transfer_id)
         WHERE t.business_date = '2026-11-18' AND e.account LIKE 'merchant_payable:%' AND e.side = 'credit'
           AND t.template LIKE '%_sale%'`,
      )
      .get() as { minor: number; count: number };
    expect(today.turnover[0]).toMatchObject({
      count: booked.count,
      amount: { amountMinor: `${booked.minor}` },
    });
    const hours = today.hours.reduce((sum, { amount }) => sum + BigInt(amount.amountMinor), 0n);
    expect(`${hours}`).toBe(`${booked.minor}`);
  });
});
