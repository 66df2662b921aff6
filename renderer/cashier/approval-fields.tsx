/** Who approves, why, and with which PIN: the same three things wherever a supervisor is asked. */
import { useState } from 'react';
import type { StaffView } from '../../electron/contract/view.ts';
import { focusOnMount } from '../ui/focus.ts';
import { useWords } from '../ui/terminal.tsx';

export interface Approval {
  readonly staffId: string;
  readonly pin: string;
  readonly reason: string;
}

export interface ApprovalState {
  readonly people: readonly StaffView[];
  readonly reasons: readonly string[];
  readonly staffId: string | null;
  readonly reason: string;
  readonly pin: string;
  /** Null until all three are there. */
  readonly value: Approval | null;
  choose(staffId: string): void;
  giveReason(reason: string): void;
  typePin(pin: string): void;
  forgetPin(): void;
}

const PIN_SHAPE = /^[0-9]{4,8}$/;
const REASON_MOST = 120;

export function useApproval(people: readonly StaffView[], reasons: readonly string[]): ApprovalState {
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [reason, setReason] = useState(reasons[0] ?? '');
  const [pin, setPin] = useState('');
  const staffId = chosenId ?? people[0]?.staffId ?? null;
  const whole = staffId !== null && PIN_SHAPE.test(pin) && reason.trim() !== '';
  return {
    people,
    reasons,
    staffId,
    reason,
    pin,
    value: whole ? { staffId, pin, reason: reason.trim() } : null,
    choose: setChosenId,
    giveReason: (text) => setReason(text.slice(0, REASON_MOST)),
    typePin: (text) => setPin(text.replaceAll(/[^0-9]/g, '').slice(0, 8)),
    forgetPin: () => setPin(''),
  };
}

export function ApprovalFields({ approval }: { approval: ApprovalState }) {
  const words = useWords();
  return (
    <div className="approval">
      <fieldset>
        <legend className="label">{words.supervisor.reason}</legend>
        <div className="choice-row">
          {approval.reasons.map((reason) => (
            <button
              key={reason}
              type="button"
              className="choice"
              aria-pressed={reason === approval.reason}
              onClick={() => approval.giveReason(reason)}
            >
              {reason}
            </button>
          ))}
        </div>
        <input
          className="field"
          data-testid="reason"
          aria-label={words.supervisor.reasonOwn}
          placeholder={words.supervisor.reasonOwn}
          value={approval.reasons.includes(approval.reason) ? '' : approval.reason}
          onChange={(event) => approval.giveReason(event.target.value)}
        />
      </fieldset>
      <PersonAndPin approval={approval} />
    </div>
  );
}

/** The same without a reason. */
export function PersonAndPin({ approval }: { approval: ApprovalState }) {
  const words = useWords();
  return (
    <>
      <fieldset>
        <legend className="label">{words.supervisor.who}</legend>
        <div className="choice-row">
          {approval.people.map((person) => (
            <button
              key={person.staffId}
              type="button"
              className="choice"
              aria-pressed={person.staffId === approval.staffId}
              data-testid={`supervisor-${person.staffId}`}
              onClick={() => approval.choose(person.staffId)}
            >
              {person.name}
            </button>
          ))}
        </div>
      </fieldset>
      <div>
        <label className="label" htmlFor="supervisor-pin">
          {words.supervisor.pin}
        </label>
        <input
          id="supervisor-pin"
          className="field"
          data-testid="supervisor-pin"
          type="password"
          inputMode="numeric"
          autoComplete="off"
          ref={focusOnMount}
          value={approval.pin}
          onChange={(event) => approval.typePin(event.target.value)}
        />
        <p className="field-help">{words.signIn.digits}</p>
      </div>
    </>
  );
}
