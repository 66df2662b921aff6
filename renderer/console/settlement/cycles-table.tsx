/** Settlement cycles, a line each; the line leads to the whole. */
import type { CycleRow } from '../../../gateway/console/contract/views.ts';
import { Amount, Chip, Empty, type Tone } from '../blocks.tsx';
import { countText, shortDate } from '../figures.ts';
import { useParts, useWords } from '../parts.tsx';
import { addressOf } from '../route.ts';

const TONES: Readonly<Record<string, Tone>> = {
  OPEN: 'plain',
  CUT: 'plain',
  CALCULATED: 'amber',
  APPROVED: 'river',
  SENT: 'river',
  CONFIRMED: 'jade',
  CLOSED: 'jade',
};

export function CycleState({ cycle }: { cycle: Pick<CycleRow, 'state' | 'exceptions' | 'cycleId'> }) {
  const words = useWords();
  const testId = `state-${cycle.cycleId}`;
  if (cycle.exceptions > 0) {
    return (
      <Chip tone="cinnabar" testId={testId}>
        {words.settlement.differs(cycle.exceptions)}
      </Chip>
    );
  }
  return (
    <Chip tone={TONES[cycle.state] ?? 'plain'} testId={testId}>
      {words.settlement.states[cycle.state] ?? cycle.state}
    </Chip>
  );
}

export function CyclesTable({ rows, brief = false }: { rows: readonly CycleRow[]; brief?: boolean }) {
  const words = useWords();
  const { language } = useParts();
  if (rows.length === 0) return <Empty>{words.settlement.empty}</Empty>;
  return (
    <div className="scroll-x">
      <table className="grid">
        <thead>
          <tr>
            <th>{words.settlement.partner}</th>
            <th className="num">{words.settlement.cycle}</th>
            <th className="num">{words.settlement.payments}</th>
            <th className="num">{words.settlement.turnover}</th>
            {brief ? null : <th className="num">{words.settlement.refunds}</th>}
            <th className="num">{words.settlement.fee}</th>
            <th className="num">{words.settlement.net}</th>
            {brief ? null : <th className="num">{words.settlement.valueDate}</th>}
            <th className="num">{words.settlement.state}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((cycle) => (
            <tr key={cycle.cycleId}>
              <td>
                <a href={addressOf('settlement', cycle.cycleId)} data-testid={`cycle-${cycle.cycleId}`}>
                  {cycle.partnerName}
                </a>
              </td>
              <td className="num">
                {shortDate(cycle.businessDate, language)} {cycle.currency}
              </td>
              <td className="num">{cycle.net === null ? words.common.none : countText(cycle.payments)}</td>
              <td className="num">
                {cycle.net === null ? words.common.none : <Amount value={cycle.sales} />}
              </td>
              {brief ? null : (
                <td className="num">
                  {cycle.net === null ? words.common.none : <Amount value={cycle.refunds} />}
                </td>
              )}
              <td className="num">
                {cycle.net === null ? words.common.none : <Amount value={cycle.fees} />}
              </td>
              <td className="num">
                {cycle.net === null ? words.common.none : <Amount value={cycle.net} strong />}
              </td>
              {brief ? null : <td className="num">{shortDate(cycle.valueDate, language)}</td>}
              <td className="num">
                <CycleState cycle={cycle} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
