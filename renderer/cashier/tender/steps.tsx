/** What has happened to a payment, step by step with times; the last one is where it stands. */
import type { ReactNode } from 'react';
import type { PaymentView, StepName } from '../../../electron/contract/view.ts';
import { timeText } from '../../text/format.ts';
import { useView, useWords } from '../../ui/terminal.tsx';

const BAD = new Set<StepName>(['declined', 'cancelled']);
const GOOD = new Set<StepName>(['approved', 'money_returned']);

export interface StepRowProps {
  readonly state: 'done' | 'now' | 'ahead' | 'bad';
  readonly text: string;
  readonly time: string;
  readonly testId?: string;
}

export function StepRow({ state, text, time, testId }: StepRowProps) {
  return (
    <li className={`step ${state}`} data-testid={testId}>
      <i className="step-mark" />
      <span>{text}</span>
      <span className="number step-time">{time}</span>
    </li>
  );
}

/** `children` follow as further rows: what is being done now and what comes. */
export function Steps({ payment, children }: { payment: PaymentView; children?: ReactNode }) {
  const words = useWords();
  const { till } = useView();
  const seen = childless(payment.steps, children !== undefined);
  return (
    <ol className="steps" data-testid="steps">
      {seen.map((step, index) => (
        <StepRow
          key={`${step.step}-${step.at}`}
          state={stepState(step.step, children === undefined && index === seen.length - 1)}
          text={words.steps[step.step]}
          time={timeText(step.at, till.utcOffsetMinutes, true)}
        />
      ))}
      {children}
    </ol>
  );
}

/** The row about checking speaks for the bare step of that name, which would say it twice. */
function childless(steps: PaymentView['steps'], hasRows: boolean): PaymentView['steps'] {
  return hasRows ? steps.filter((step) => step.step !== 'checking') : steps;
}

/** The last step is where a payment stands, unless it ended there. */
function stepState(step: StepName, last: boolean): StepRowProps['state'] {
  if (BAD.has(step)) return 'bad';
  return last && !GOOD.has(step) ? 'now' : 'done';
}
