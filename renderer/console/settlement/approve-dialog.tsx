/** The sum once more, whom it goes to and when, before it can no longer be taken back here. */
import type { CycleView } from '../../../gateway/console/contract/views.ts';
import { dateText, moneyText } from '../../text/format.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Sum } from '../blocks.tsx';
import { useParts, useWords } from '../parts.tsx';

export function ApproveDialog(props: {
  readonly cycle: CycleView;
  readonly onClose: () => void;
  readonly onApprove: () => void;
}) {
  const { cycle, onClose, onApprove } = props;
  const words = useWords();
  const { language } = useParts();
  const { net, cycleId, valueDate, partnerName } = cycle;
  if (net === null) return null;
  return (
    <Dialog
      title={words.settlement.approveTitle(partnerName)}
      onClose={onClose}
      testId="approve-dialog"
      alert
    >
      <p className="big">
        <Sum value={net} />
      </p>
      <p className="dialog-text">
        {words.settlement.approveText(moneyText(net, language), cycleId, dateText(valueDate, language))}
      </p>
      <div className="dialog-keys">
        <button type="button" className="key" onClick={onClose}>
          {words.common.cancel}
        </button>
        <button type="button" className="key tone-river" onClick={onApprove} data-testid="approve-now">
          {words.common.approve}
        </button>
      </div>
    </Dialog>
  );
}
