/** The terminal's own messages: sign-on once a business date, an echo while the line is silent, a new key when the old one is in
 *  doubt or has come far. None of them moves money; each is asked again later when it is not answered. */
import { batchOfAnswer, type NetworkTask, networkRequest, newKeyOf } from '../../card/batch-messages.ts';
import type { CardExchangeEnd } from '../../card/card-events.ts';
import { usedPercent } from '../../card/key-age.ts';
import { transmissionTime } from '../../card/stan.ts';
import { openCardAttempts } from '../../journal/card-attempts.ts';
import { currentBatch, renumberEmptyBatch } from '../../journal/card-batches.ts';
import { noteMessage, saveSignedOn, signedOnDate, takeStan } from '../../journal/card-messages.ts';
import type { TillCore } from '../core.ts';
import { closeBehindGateway } from './batch.ts';
import { type CardDesk, cardTerminal } from './desk.ts';
import { noteEnd } from './notes.ts';
import { persist } from './persist.ts';

const NETWORK_TIMEOUT_MS = 10_000;
const RETRY_MS = 30_000;

/** Link and PIN pad are both there: sign on if this business date has not been signed on for. */
export function wantSignOn(core: TillCore): void {
  core.effect(() => signOnOrEcho(core));
}

/** As on a new business date: the gateway says which batch this terminal is in. Part of a transition. */
export function signOnAnew(core: TillCore): void {
  saveSignedOn(core.journal, null);
  wantSignOn(core);
}

/** The next message under a key that gateway and pad both know for certain. */
export function wantNewKey(core: TillCore): void {
  core.effect(() => {
    if (core.cards !== null) core.cards.keyDoubted = true;
    askForKey(core);
  });
}

function isKeyDue({ line, policy, keyDoubted }: CardDesk): boolean {
  return keyDoubted || (line.lastKsn !== null && usedPercent(line.lastKsn) >= policy.newKeyAtPercent);
}

/** A card is read or asked under the key there is, and its request has to go under the same. What is only told of is not. */
function isCardInHand({ journal }: TillCore): boolean {
  return openCardAttempts(journal).some(
    ({ attempt: { phase } }) => phase !== 'undoing' && phase !== 'asking',
  );
}

function askForKey(core: TillCore): void {
  const delayMs = (core.cards?.newKeyNotBefore ?? 0) - core.now();
  core.arm('card-key', delayMs, () => run(core, 'key_change'));
}

function signOnOrEcho(core: TillCore): void {
  const { cards } = core;
  if (cards === null) return;
  if (signedOnDate(core.journal) !== core.businessDate()) {
    run(core, 'sign_on');
    return;
  }
  core.arm('card-echo', cards.policy.echoEveryMs, () => {
    if (signedOnDate(core.journal) === core.businessDate()) run(core, 'echo');
    else run(core, 'sign_on');
  });
}

function goOn(core: TillCore, cards: CardDesk): void {
  signOnOrEcho(core);
  if (isKeyDue(cards)) askForKey(core);
}

function run(core: TillCore, task: NetworkTask): void {
  const { cards } = core;
  const terminal = cardTerminal(core);
  const ready = terminal !== null && cards?.pad.state === 'ready' && core.parts.link.state === 'up';
  // Whoever is missing says so when it comes back.
  if (core.stopped || cards === null || terminal === null || !ready) return;
  if (cards.reporting) {
    later(core, task);
    return;
  }
  // The pad had taken the last one, though its reply was lost: its numbers show it.
  if (task === 'key_change' && !isKeyDue(cards)) return;
  const act = (): void => {
    if (task === 'key_change' && isCardInHand(core)) {
      later(core, task);
      return;
    }
    // A transaction under way shows by itself that the line lives.
    if (task === 'echo' && openCardAttempts(core.journal).length > 0) {
      core.effect(() => goOn(core, cards));
      return;
    }
    const at = core.now();
    const { batch } = currentBatch(core.journal);
    const name = { stan: takeStan(core.journal), transmittedAt: transmissionTime(at) };
    noteMessage(core.journal, {
      attemptId: null,
      direction: 'out',
      mti: '0800',
      ...name,
      processingCode: null,
      responseCode: null,
      rrn: null,
      fate: task,
    });
    core.effect(() => {
      cards.reporting = true;
      const ended = (end: CardExchangeEnd): void =>
        persist(core, 'card-network', () => answered(core, task, name, end));
      cards.line
        .exchange((mac) => networkRequest(terminal, name, at, task, batch, mac), NETWORK_TIMEOUT_MS)
        .then(ended, () => ended({ kind: 'no_answer', cause: 'link_lost' }));
    });
  };
  core.happen(act, () => later(core, task));
}

function later(core: TillCore, task: NetworkTask): void {
  core.arm(task === 'key_change' ? 'card-key' : 'card-echo', RETRY_MS, () => run(core, task));
}

function answered(
  core: TillCore,
  task: NetworkTask,
  name: { readonly stan: string; readonly transmittedAt: string },
  end: CardExchangeEnd,
): void {
  const { cards } = core;
  if (cards === null) return;
  core.effect(() => {
    cards.reporting = false;
  });
  noteEnd(core, null, { mti: '0810', ...name }, end);
  if (task === 'key_change') {
    newKeyAnswered(core, end);
    return;
  }
  const accepted = end.kind === 'answered' && end.answer.fields[39] === '00';
  if (!accepted) {
    if (end.kind === 'invalid' && end.cause === 'mac') wantNewKey(core);
    later(core, task);
    return;
  }
  if (task === 'sign_on') {
    saveSignedOn(core.journal, core.businessDate());
    const batch = batchOfAnswer(end.answer);
    if (batch !== null) followGateway(core, batch);
  }
  core.effect(() => goOn(core, cards));
}

/** What was not answered is asked again soon, and gives the same key; what was refused later, and somebody is told. */
function newKeyAnswered(core: TillCore, end: CardExchangeEnd): void {
  const { cards } = core;
  if (cards === null) return;
  if (end.kind === 'not_sent' || end.kind === 'no_answer' || isCardInHand(core)) {
    later(core, 'key_change');
    return;
  }
  const key = end.kind === 'answered' && end.answer.fields[39] === '00' ? newKeyOf(end.answer) : null;
  if (key === null) {
    keyNotChanged(core);
    return;
  }
  core.effect(() => {
    cards.line
      .betweenExchanges(() => cards.pad.loadKey(key.keyBlock, key.checkValue))
      .then(
        () => persist(core, 'card-key', () => keyChanged(core)),
        () => persist(core, 'card-key', () => keyNotChanged(core)),
      );
  });
}

function keyChanged(core: TillCore): void {
  core.notice('info', 'CARD_KEY_CHANGED');
  core.effect(() => {
    const { cards } = core;
    if (cards === null) return;
    cards.keyDoubted = false;
    cards.newKeyNotBefore = core.now() + cards.policy.newKeyRetryMs;
    signOnOrEcho(core);
  });
}

function keyNotChanged(core: TillCore): void {
  core.notice('warning', 'CARD_KEY_NOT_CHANGED');
  core.effect(() => {
    const { cards } = core;
    if (cards === null) return;
    cards.newKeyNotBefore = core.now() + cards.policy.newKeyRetryMs;
    askForKey(core);
  });
}

/** The gateway names another batch than the till's where that one is closed there. */
function followGateway(core: TillCore, batch: string): void {
  renumberEmptyBatch(core.journal, batch);
  if (currentBatch(core.journal).batch !== batch) closeBehindGateway(core);
}
