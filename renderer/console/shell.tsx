/** The frame around every room: where one can go, what waits there, and who is signed in. */
import { useState } from 'react';
import type { Act } from '../../gateway/console/contract/roles.ts';
import type { SessionView, WaitingView } from '../../gateway/console/contract/views.ts';
import { Languages } from './languages.tsx';
import { useAsked, useParts, useWords } from './parts.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { addressOf, ROOMS, type RoomName, useRoute } from './route.ts';
import { CycleRoom } from './settlement/cycle-room.tsx';
import { ReconciliationRoom } from './settlement/reconciliation-room.tsx';
import { SettlementRoom } from './settlement/settlement-room.tsx';
import { TodayRoom } from './today/today-room.tsx';
import { CardsRoom } from './trade/cards-room.tsx';
import { JournalRoom } from './trade/journal-room.tsx';
import { MerchantsRoom } from './trade/merchants-room.tsx';
import { PaymentRoom } from './trade/payment-room.tsx';
import { PaymentsRoom } from './trade/payments-room.tsx';
import { RatesRoom } from './trade/rates-room.tsx';
import { TerminalsRoom } from './trade/terminals-room.tsx';
import { UsersRoom } from './trade/users-room.tsx';

const NEEDS: Readonly<Record<RoomName, Act>> = {
  today: 'read_own',
  payments: 'read_own',
  rates: 'read',
  settlement: 'read_own',
  reconciliation: 'read',
  cards: 'read',
  merchants: 'read',
  terminals: 'read',
  users: 'users',
  journal: 'journal',
};
const COUNT_MOST = 999;
const WAITING_EVERY_MS = 10_000;

export function Shell({ session }: { session: SessionView }) {
  const words = useWords();
  const route = useRoute();
  const { requests, setSession } = useParts();
  const [changing, setChanging] = useState(false);
  const waiting = useAsked<WaitingView>('/api/waiting', WAITING_EVERY_MS);
  const rooms = ROOMS.filter((room) => session.acts.includes(NEEDS[room]));
  const room = rooms.includes(route.room) ? route.room : 'today';
  return (
    <div className="shell">
      <nav className="side" aria-label={words.title}>
        <p className="brand">{words.title}</p>
        <ul>
          {rooms.map((one) => {
            const count = waitingIn(one, waiting.value);
            return (
              <li key={one}>
                <a
                  href={addressOf(one)}
                  aria-current={one === room ? 'page' : undefined}
                  data-testid={`room-${one}`}
                >
                  {words.rooms[one]}
                  {count === 0 ? null : (
                    <span className="count">{count > COUNT_MOST ? `${COUNT_MOST}+` : count}</span>
                  )}
                </a>
              </li>
            );
          })}
        </ul>
        <div className="who">
          <p data-testid="who">
            <strong>{session.name}</strong>
            <span>{session.partnerName ?? words.roles[session.role]}</span>
          </p>
          <Languages />
          <div className="who-keys">
            <button type="button" onClick={() => setChanging(true)}>
              {words.common.password}
            </button>
            <button
              type="button"
              data-testid="sign-out"
              onClick={() => void requests.post('/api/sign-out', {}).then(() => setSession('nobody'))}
            >
              {words.common.signOut}
            </button>
          </div>
        </div>
      </nav>
      <main className="room" key={`${room} ${route.subject ?? ''}`}>
        {waiting.failed === null ? null : (
          <p className="stale" role="status">
            {words.common.stale}
          </p>
        )}
        <Room room={room} subject={room === route.room ? route.subject : null} />
      </main>
      {changing ? <PasswordDialog onClose={() => setChanging(false)} /> : null}
    </div>
  );
}

function Room({ room, subject }: { room: RoomName; subject: string | null }) {
  switch (room) {
    case 'today':
      return <TodayRoom />;
    case 'payments':
      return subject === null ? <PaymentsRoom /> : <PaymentRoom id={subject} />;
    case 'rates':
      return <RatesRoom />;
    case 'settlement':
      return subject === null ? <SettlementRoom /> : <CycleRoom cycleId={subject} />;
    case 'reconciliation':
      return <ReconciliationRoom />;
    case 'cards':
      return <CardsRoom />;
    case 'merchants':
      return <MerchantsRoom />;
    case 'terminals':
      return <TerminalsRoom />;
    case 'users':
      return <UsersRoom />;
    case 'journal':
      return <JournalRoom />;
  }
}

function waitingIn(room: RoomName, waiting: WaitingView | null): number {
  if (waiting === null) return 0;
  switch (room) {
    case 'settlement':
      return waiting.cycles;
    case 'reconciliation':
      return waiting.exceptions;
    case 'cards':
      return waiting.matters;
    case 'rates':
      return waiting.rates;
    default:
      return 0;
  }
}
