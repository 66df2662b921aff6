/** Closing the batch: 0500 for each currency; where the gateway differs, every transaction is uploaded and the totals are said
 *  once more. Each message is asked again until it is answered, over restarts too, under the same STAN. What does not fit its
 *  message counts as a difference: a batch that could not be closed would keep the till from taking cards. */
import { CNY, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { zero } from '../../../gateway/kernel/money.ts';
import { batchAnswerCode, batchMessage, cannotBeSaid } from '../../card/batch-close.ts';
import type { CardExchangeEnd } from '../../card/card-events.ts';
import { repeatDelayMs } from '../../card/card-policy.ts';
import { transmissionTime } from '../../card/stan.ts';
import { firstDue } from '../../journal/card-advices.ts';
import { cardAttemptById, openCardAttempts } from '../../journal/card-attempts.ts';
import {
  type BatchCurrencyTotals,
  type BatchProgress,
  batchAttempts,
  batchTotals,
  type CardBatch,
  closeBatch,
  currentBatch,
  knownBatch,
  saveBatchProgress,
} from '../../journal/card-batches.ts';
import { noteMessage, takeStan } from '../../journal/card-messages.ts';
import type { TillCore } from '../core.ts';
import { cardTerminal } from './desk.ts';
import { signOnAnew } from './network.ts';
import { noteEnd } from './notes.ts';
import { persist } from './persist.ts';
import { issueBatchReport } from './slips.ts';

/** Part of a transition in which no card transaction is open or owed. */
export function startBatchClose(core: TillCore, behind = false): void {
  const { batch } = currentBatch(core.journal);
  const others = batchTotals(core.journal, batch).map((row) => row.currency);
  const left = [...new Set<string>([...CHARGED, ...others])].filter((currency) => currency !== RUB);
  save(core, batch, next(core, { currency: RUB, left, step: 'totals', uploads: [], agreed: true, behind }));
}

/** The gateway has closed the batch that the till is in, so that nothing more can be done in it. Waits for what is open or owed:
 *  the gateway says so again. It may have closed others since, so it is asked for the next. */
export function closeBehindGateway(core: TillCore): void {
  const { journal } = core;
  const busy = openCardAttempts(journal).length > 0 || firstDue(journal) !== null;
  if (!busy && currentBatch(journal).state === 'open') startBatchClose(core, true);
}

/** What cards are charged in here. Each is claimed, zeros too: the other side may know of something. */
const CHARGED = [RUB, CNY] as const;

function next(
  core: TillCore,
  step: Pick<BatchProgress, 'currency' | 'left' | 'step' | 'uploads' | 'agreed' | 'behind'>,
): BatchProgress {
  const at = core.now();
  return { ...step, stan: takeStan(core.journal), transmittedAt: transmissionTime(at), at, tries: 0 };
}

function save(core: TillCore, batch: string, progress: BatchProgress): void {
  saveBatchProgress(core.journal, batch, progress.step === 'totals' ? 'closing' : 'uploading', progress);
  core.touch();
  tellBatch(core);
}

/** Goes on with a close that is under way, if one is. */
export function tellBatch(core: TillCore): void {
  core.effect(() => core.arm('card-batch', 0, () => tell(core)));
}

function tell(core: TillCore): void {
  const { cards } = core;
  const terminal = cardTerminal(core);
  if (core.stopped || cards === null || terminal === null || cards.reportingBatch) return;
  if (core.parts.link.state !== 'up' || cards.pad.state !== 'ready') return;
  const act = (): void => {
    const current = knownBatch(core.journal);
    if (current === null || current.progress === null) return;
    const { batch } = current;
    const progress: BatchProgress = { ...current.progress, tries: current.progress.tries + 1 };
    saveBatchProgress(core.journal, batch, current.state === 'closing' ? 'closing' : 'uploading', progress);
    const [upload] = progress.uploads;
    const facts = {
      batch,
      progress,
      totals: totalsOf(core, current),
      upload: upload === undefined ? null : cardAttemptById(core.journal, upload),
    };
    noteMessage(core.journal, {
      attemptId: progress.step === 'upload' ? (upload ?? null) : null,
      direction: 'out',
      mti: progress.step === 'upload' ? '0320' : '0500',
      stan: progress.stan,
      transmittedAt: progress.transmittedAt,
      processingCode: null,
      responseCode: null,
      rrn: null,
      fate: progress.tries > 1 ? 'repeated' : 'sent',
    });
    core.effect(() => {
      cards.reportingBatch = true;
      const ended = (end: CardExchangeEnd): void =>
        persist(core, 'card-batch', () => told(core, current, progress, end));
      cards.line
        .exchange((mac) => batchMessage(terminal, facts, mac), cards.policy.replyTimeoutMs)
        .then(ended, () => ended({ kind: 'no_answer', cause: 'link_lost' }));
    });
  };
  core.happen(act, () => core.arm('card-batch', core.parts.policy.askEveryMs, () => tell(core)));
}

function totalsOf(core: TillCore, { batch, progress }: CardBatch): BatchCurrencyTotals {
  const currency = parseCurrencyCode(progress?.currency ?? 'RUB');
  const none = { currency, sales: 0, salesSum: zero(currency), refunds: 0, refundsSum: zero(currency) };
  return batchTotals(core.journal, batch).find((row) => row.currency === currency) ?? none;
}

function told(core: TillCore, { batch }: CardBatch, progress: BatchProgress, end: CardExchangeEnd): void {
  const { cards } = core;
  if (cards !== null) {
    core.effect(() => {
      cards.reportingBatch = false;
    });
  }
  noteEnd(core, null, { mti: '', ...progress }, end);
  const code = batchAnswerCode(end);
  if (code === null && !cannotBeSaid(end)) {
    const delayMs = cards === null ? 0 : repeatDelayMs(cards.policy, progress.tries);
    core.arm('card-batch', delayMs, () => tell(core));
    return;
  }
  const { currency, left, agreed, behind, step, uploads } = progress;
  if (step === 'totals' && code === '95') {
    const all = batchAttempts(core.journal, batch, currency);
    save(
      core,
      batch,
      next(core, { ...progress, step: all.length === 0 ? 'trailer' : 'upload', uploads: all }),
    );
    return;
  }
  if (step === 'upload') {
    const rest = uploads.slice(1);
    save(
      core,
      batch,
      next(core, { ...progress, step: rest.length === 0 ? 'trailer' : 'upload', uploads: rest }),
    );
    return;
  }
  const agrees = agreed && code === '00';
  const [following, ...others] = left;
  if (following !== undefined) {
    save(
      core,
      batch,
      next(core, { currency: following, left: others, step: 'totals', uploads: [], agreed: agrees, behind }),
    );
    return;
  }
  const totals = batchTotals(core.journal, batch);
  closeBatch(core.journal, batch, agrees, core.businessDate());
  if (behind === true) signOnAnew(core);
  issueBatchReport(core, batch, totals, agrees);
  core.notice(agrees ? 'info' : 'warning', agrees ? 'BATCH_AGREED' : 'BATCH_DIFFERS', { batch });
}
