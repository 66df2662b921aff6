/** One cycle whole: how far it is and by whom, what each payee gets, and its files. */
import { useState } from 'react';
import type { CycleView } from '../../../gateway/console/contract/views.ts';
import { dateText } from '../../text/format.ts';
import { Answer, Card, Failed, Sum } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useAsked, useMay, useParts, useWords } from '../parts.tsx';
import { addressOf } from '../route.ts';
import { ApproveDialog } from './approve-dialog.tsx';
import { CycleState } from './cycles-table.tsx';
import { CycleFiles } from './files-table.tsx';
import { NetParts } from './net-parts.tsx';
import { PayeeLines } from './payee-lines.tsx';

const EVERY_MS = 5_000;

export function CycleRoom({ cycleId }: { cycleId: string }) {
  const asked = useAsked<CycleView>(`/api/cycles/${encodeURIComponent(cycleId)}`, EVERY_MS);
  return <Answer asked={asked}>{(cycle) => <Cycle cycle={cycle} onChanged={asked.set} />}</Answer>;
}

function Cycle({ cycle, onChanged }: { cycle: CycleView; onChanged: (cycle: CycleView) => void }) {
  const words = useWords();
  const { language } = useParts();
  const { currency, businessDate, partnerName, net, fromPosition, toPosition } = cycle;
  return (
    <>
      <header className="heading">
        <h1>
          <a className="back" href={addressOf('settlement')}>
            {words.settlement.heading}
          </a>
          {partnerName}
        </h1>
        <p>
          {dateText(businessDate, language)} · {currency} · {cycle.cycleId}
        </p>
      </header>
      <div className={net === null ? 'cycle-top' : 'cycle-top three'}>
        <Card title={words.settlement.net} className="net-card">
          <p className="big">{net === null ? words.common.none : <Sum value={net} testId="net" />}</p>
          <p className="faint">
            {[
              ...(cycle.outcome === null ? [] : [words.settlement.outcomes[cycle.outcome] ?? cycle.outcome]),
              words.settlement.valueDateOf(dateText(cycle.valueDate, language)),
            ].join(' · ')}
          </p>
          <CycleActs cycle={cycle} onChanged={onChanged} />
        </Card>
        {net === null ? null : (
          <Card title={words.settlement.made}>
            <NetParts cycle={cycle} net={net.amountMinor} />
          </Card>
        )}
        <Card title={words.settlement.state} aside={<CycleState cycle={cycle} />}>
          <Steps cycle={cycle} />
          <p className="faint">
            {words.settlement.positions(fromPosition, `${toPosition ?? '…'}`)}
            {cycle.bankReference === null ? '' : ` · ${words.settlement.reference(cycle.bankReference)}`}
          </p>
          {cycle.obstacles.length === 0 ? null : (
            <div className="obstacles">
              <h3>{words.settlement.obstacles}</h3>
              <ul>
                {cycle.obstacles.map(({ code, subject }) => (
                  <li key={`${code} ${subject}`}>
                    {words.reasons.obstacles[code]?.(subject) ?? `${code} ${subject}`}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </Card>
      </div>
      <Card title={words.settlement.lines}>
        <PayeeLines lines={cycle.lines} currency={currency} />
      </Card>
      <Card title={words.settlement.files}>
        <CycleFiles files={cycle.files} />
      </Card>
    </>
  );
}

function Steps({ cycle }: { cycle: CycleView }) {
  const words = useWords();
  const { language } = useParts();
  return (
    <ol className="steps">
      {cycle.steps.map(({ state, at, by, reached }) => (
        <li key={state} className={reached ? 'reached' : ''}>
          <span>{words.settlement.steps[state] ?? state}</span>
          <span className="faint">
            {[
              ...(at === null ? [] : [moscow(at, language)]),
              ...(by === null ? [] : [personOf(by, words.settlement.timer)]),
            ].join(' · ')}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The timer signs its own work with its name. */
export function personOf(by: string, timer: string): string {
  return by === 'bank-day' ? timer : by;
}

function CycleActs({ cycle, onChanged }: { cycle: CycleView; onChanged: (cycle: CycleView) => void }) {
  const words = useWords();
  const may = useMay();
  const { requests, session } = useParts();
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const isOwn = typeof session === 'object' && cycle.maker === session.name;

  async function act(path: string, body: unknown): Promise<boolean> {
    const reply = await requests.post<CycleView>(
      `/api/cycles/${encodeURIComponent(cycle.cycleId)}/${path}`,
      body,
    );
    setFailed(reply.ok ? null : reply.code);
    if (reply.ok) onChanged(reply.value);
    return reply.ok;
  }

  return (
    <>
      {failed === null ? null : <Failed code={failed} />}
      {cycle.state === 'CUT' && may('cycle.calculate') ? (
        <button
          type="button"
          className="key"
          onClick={() => void act('calculate', {})}
          data-testid="calculate"
        >
          {words.settlement.calculate}
        </button>
      ) : null}
      {cycle.state === 'CALCULATED' && may('cycle.approve') ? (
        <button
          type="button"
          className="key tone-river"
          disabled={isOwn}
          onClick={() => setAsking(true)}
          data-testid="approve"
        >
          {words.settlement.approve}
        </button>
      ) : null}
      {cycle.state === 'CALCULATED' && (isOwn || !may('cycle.approve')) && cycle.maker !== null ? (
        <p className="faint">
          {words.settlement.secondPerson(personOf(cycle.maker, words.settlement.timer))}
        </p>
      ) : null}
      {asking ? (
        <ApproveDialog
          cycle={cycle}
          onClose={() => setAsking(false)}
          onApprove={() =>
            void act('approve', { netMinor: cycle.net?.amountMinor ?? '' }).then(() => setAsking(false))
          }
        />
      ) : null}
    </>
  );
}
