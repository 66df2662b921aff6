/** All cycles, the latest first; those that wait for a signature stand above. */
import type { CycleRow } from '../../../gateway/console/contract/views.ts';
import { Answer, Card, Heading } from '../blocks.tsx';
import { useAsked, useWords } from '../parts.tsx';
import { CyclesTable } from './cycles-table.tsx';

const EVERY_MS = 10_000;

export function SettlementRoom() {
  const words = useWords();
  const asked = useAsked<{ readonly rows: readonly CycleRow[] }>('/api/cycles', EVERY_MS);
  return (
    <>
      <Heading aside={words.settlement.about}>{words.settlement.heading}</Heading>
      <Answer asked={asked}>
        {({ rows }) => {
          const waiting = rows.filter(({ state }) => state === 'CALCULATED');
          const others = rows.filter(({ state }) => state !== 'CALCULATED');
          return (
            <>
              {waiting.length === 0 ? null : (
                <Card title={words.settlement.states.CALCULATED} className="waiting-card">
                  <CyclesTable rows={waiting} />
                </Card>
              )}
              <Card title={words.settlement.cycles}>
                <CyclesTable rows={others} />
              </Card>
            </>
          );
        }}
      </Answer>
    </>
  );
}
