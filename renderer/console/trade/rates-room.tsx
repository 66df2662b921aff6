/** The board, and rates set by hand: one proposes, another decides. */
import { useState } from 'react';
import type { ManualRateView, RatesView } from '../../../gateway/console/contract/views.ts';
import { dateText, percentNumber } from '../../text/format.ts';
import { Answer, Card, Chip, Empty, Failed, Heading, type Tone } from '../blocks.tsx';
import { boardRate, moscow } from '../figures.ts';
import { useAsked, useMay, useParts, useWords } from '../parts.tsx';
import { RateCard } from '../today/rate-card.tsx';
import { ProposeRate } from './propose-rate.tsx';
import { RateWithdrawal } from './rate-withdrawal.tsx';

const EVERY_MS = 15_000;
/** Of more rates than this a board is three columns wide. */
const SHORT = 8;
const TONES: Readonly<Record<string, Tone>> = { proposed: 'amber', approved: 'river', in_force: 'jade' };

export function RatesRoom() {
  const words = useWords();
  const may = useMay();
  const asked = useAsked<RatesView>('/api/rates', EVERY_MS);
  return (
    <>
      <Heading>{words.rates.heading}</Heading>
      <Answer asked={asked}>
        {(view) => (
          <>
            <div className="cycle-top">
              <RateCard rate={view.today} />
              {may('rate.propose') ? <ProposeRate onChanged={asked.set} /> : null}
            </div>
            <Card title={words.rates.manual}>
              <ManualRates rows={view.manual} onChanged={asked.set} />
            </Card>
            {view.board.length === 0 ? <Empty>{words.rates.none}</Empty> : null}
            <div className="boards">
              {view.board.map((set) => (
                <Board key={set.source} set={set} />
              ))}
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

function Board({ set }: { set: RatesView['board'][number] }) {
  const words = useWords();
  const { language } = useParts();
  const source = words.today.sources[set.source] ?? set.source;
  return (
    <Card
      title={words.rates.effective(source, dateText(set.effectiveOn, language))}
      className={set.rates.length > SHORT ? 'board-long' : 'board-short'}
    >
      <ul className="board">
        {set.rates.map((rate) => (
          <li key={`${rate.base}${rate.quote}`}>
            <span>
              {rate.base}/{rate.quote}
            </span>
            <span className="number">{boardRate(rate, language)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ManualRates(props: {
  readonly rows: readonly ManualRateView[];
  readonly onChanged: (view: RatesView) => void;
}) {
  const { rows, onChanged } = props;
  const words = useWords();
  const { language, requests, session } = useParts();
  const may = useMay();
  const [failed, setFailed] = useState<string | null>(null);
  if (rows.length === 0) return <Empty>{words.rates.noManual}</Empty>;

  async function decide(manualId: string, decision: string): Promise<void> {
    const reply = await requests.post<RatesView>('/api/rates/decide', { manualId, decision });
    setFailed(reply.ok ? null : reply.code);
    if (reply.ok) onChanged(reply.value);
  }

  return (
    <>
      {failed === null ? null : <Failed code={failed} />}
      <div className="scroll-x">
        <table className="grid">
          <thead>
            <tr>
              <th>{words.rates.rate}</th>
              <th>{words.rates.reason}</th>
              <th>{words.rates.by}</th>
              <th className="num">{words.rates.period}</th>
              <th className="num">{words.settlement.state}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const isOwn = typeof session === 'object' && row.proposedBy === session.name;
              const mayDecide = row.state === 'proposed' && may('rate.decide');
              return (
                <tr key={row.manualId}>
                  <td>
                    <strong className="number">
                      {row.rate.base}/{row.rate.quote} {boardRate(row.rate, language)}
                    </strong>
                    {row.apartBp === null ? null : (
                      <small className="under">
                        {words.rates.apart(percentNumber(Number(row.apartBp), language))}
                      </small>
                    )}
                  </td>
                  <td className="break">{row.reason}</td>
                  <td>
                    {row.proposedBy}
                    {row.decidedBy === null ? null : <small className="under">{row.decidedBy}</small>}
                  </td>
                  <td className="num">
                    {moscow(row.from, language)}
                    {row.until === null ? null : (
                      <small className="under">{moscow(row.until, language)}</small>
                    )}
                  </td>
                  <td className="num">
                    <Chip tone={TONES[row.state] ?? 'plain'}>
                      {words.rates.states[row.state] ?? row.state}
                    </Chip>
                  </td>
                  <td className="num">
                    {mayDecide && isOwn ? <small className="faint">{words.common.ownProposal}</small> : null}
                    {mayDecide && !isOwn ? (
                      <>
                        <button
                          type="button"
                          className="link"
                          onClick={() => void decide(row.manualId, 'approve')}
                          data-testid="rate-approve"
                        >
                          {words.common.approve}
                        </button>{' '}
                        <button
                          type="button"
                          className="link"
                          onClick={() => void decide(row.manualId, 'refuse')}
                        >
                          {words.common.refuse}
                        </button>
                      </>
                    ) : null}
                    <RateWithdrawal row={row} decide={decide} onChanged={onChanged} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
