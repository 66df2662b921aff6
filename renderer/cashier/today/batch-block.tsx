/** The card batch: what is in it per currency, whether the last one agreed with the bank, and the key that closes it. */
import { useState } from 'react';
import type { BatchView } from '../../../electron/contract/card-view.ts';
import type { TodayTotalsView } from '../../../electron/contract/view.ts';
import { moneyText, timeText } from '../../text/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { Key } from '../../ui/key.tsx';
import { useView, useWords } from '../../ui/terminal.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import { PinDialog } from '../pin-dialog.tsx';

export function BatchBlock({ totals }: { totals: TodayTotalsView }) {
  const words = useWords();
  const { cardKey } = useView();
  const [asking, setAsking] = useState(false);
  const { batch, closedBatches } = totals;
  const [last] = closedBatches;
  const mayClose = cardKey.enabled && batch?.state === 'open';
  const ask = (): void => setAsking(true);
  useKeys({ F4: mayClose ? ask : undefined });
  // A counter without cards has nothing to say of them.
  if (cardKey.reason === 'NOT_CONFIGURED' && batch === null && last === undefined) return null;
  return (
    <section className="batch" data-testid="batch" data-state={batch?.state ?? 'none'}>
      <div className="batch-words">
        <p className="batch-title">
          {batch === null ? (
            words.card.batch.none
          ) : (
            <>
              <strong className="number">{words.card.batch.title(batch.batch)}</strong>
              <i className={`state ${batch.state}`}>{words.card.batch.state[batch.state]}</i>
              <BatchSums batch={batch} />
            </>
          )}
        </p>
        {last === undefined ? null : <LastBatch batch={last} />}
      </div>
      <Key testId="batch-close" hint="F4" onPress={ask} disabled={!mayClose}>
        {words.card.batch.close}
      </Key>
      {asking ? (
        <PinDialog
          title={words.card.batch.close}
          text={words.card.batch.closeText}
          confirm={words.card.batch.close}
          command={(proof) => ({ command: 'batch_close', ...proof })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}

function BatchSums({ batch }: { batch: BatchView }) {
  const words = useWords();
  const { language } = useView();
  if (batch.currencies.length === 0) return <span>{words.card.batch.noSums}</span>;
  return batch.currencies.map((row) => (
    <span key={row.salesSum.currency} className="batch-sums" data-testid="batch-sums">
      {words.card.batch.sums(
        row.sales,
        moneyText(row.salesSum, language),
        row.refunds,
        moneyText(row.refundsSum, language),
      )}
    </span>
  ));
}

/** How the newest closed batch of the day ended; colour, sign and words say the same. */
function LastBatch({ batch }: { batch: BatchView }) {
  const words = useWords();
  const { till } = useView();
  const agreed = batch.agreed === true;
  const at = batch.closedAt === null ? '' : timeText(batch.closedAt, till.utcOffsetMinutes, false);
  return (
    <p className={`batch-last ${agreed ? 'well' : 'ill'}`} data-testid="batch-last" data-agreed={agreed}>
      <Icon name={agreed ? 'done' : 'stop'} />
      <span className="number">{words.card.batch.closedAt(batch.batch, at)}.</span>
      <span>{agreed ? words.card.batch.agreed : words.card.batch.differs}</span>
    </p>
  );
}
