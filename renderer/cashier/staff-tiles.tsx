/** People as tiles to choose one of. */
import type { StaffView } from '../../electron/contract/view.ts';
import { useWords } from '../ui/terminal.tsx';

export interface StaffTilesProps {
  readonly staff: readonly StaffView[];
  readonly chosenId: string | null;
  readonly onChoose: (person: StaffView) => void;
}

export function StaffTiles({ staff, chosenId, onChoose }: StaffTilesProps) {
  const words = useWords();
  return (
    <ul className="staff">
      {staff.map((person) => (
        <li key={person.staffId}>
          <button
            type="button"
            className="staff-tile"
            aria-pressed={person.staffId === chosenId}
            data-testid={`staff-${person.staffId}`}
            onClick={() => onChoose(person)}
          >
            <strong>{person.name}</strong>
            <span>{person.supervisor ? words.signIn.supervisor : words.signIn.cashier}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
