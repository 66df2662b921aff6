/** What goes on beside the sale and wants somebody's eye: no gateway, papers that did not print, sales set aside. */
import { Icon } from '../ui/icons.tsx';
import { Key } from '../ui/key.tsx';
import { useView, useWords } from '../ui/terminal.tsx';
import { useCommand } from '../ui/use-command.ts';

/** Screens that speak of the gateway or the print themselves. */
const OWN_WORDS = new Set([
  'sign_in',
  'wallet_unknown',
  'wallet_sending',
  'wallet_qr',
  'card',
  'card_offer',
  'card_sending',
  'card_unknown',
  'card_signature',
]);
const OWN_PRINT = new Set(['paid', 'set_aside', 'refund_done', 'card_done']);

export function Banners() {
  const view = useView();
  const words = useWords();
  const { gateway } = view.devices;
  const quiet = OWN_WORDS.has(view.screen.name);
  return (
    <>
      {quiet || (gateway !== 'down' && gateway !== 'refused') ? null : (
        <div className="banner amber" aria-live="polite" data-testid="banner-gateway">
          <Icon name="warn" />
          <p>
            <strong>{gateway === 'down' ? words.gatewayDown.title : words.gatewayDown.refused}.</strong>{' '}
            {gateway === 'down' ? words.gatewayDown.text : words.gatewayDown.refusedText}
          </p>
        </div>
      )}
      {quiet || view.setAsideOpen === 0 ? null : (
        <div className="banner amber" aria-live="polite" data-testid="banner-set-aside">
          <Icon name="wait" />
          <p>{words.setAside.open(view.setAsideOpen)}</p>
        </div>
      )}
      {quiet ? null : <RefusedReversal />}
      {quiet || view.cardKey.reversalsOpen === 0 || view.cardKey.refused !== null ? null : (
        <div className="banner amber" aria-live="polite" data-testid="banner-reversals">
          <Icon name="wait" />
          <p>{words.card.reversals(view.cardKey.reversalsOpen)}</p>
        </div>
      )}
      {quiet || OWN_PRINT.has(view.screen.name) ? null : <Unprinted />}
    </>
  );
}

/** Said again from the sale only; elsewhere the cashier is at something else. */
function RefusedReversal() {
  const { cardKey, screen } = useView();
  const words = useWords();
  const { run, busy } = useCommand();
  if (cardKey.refused === null) return null;
  const { supportNumber, responseCode } = cardKey.refused;
  return (
    <div className="banner cinnabar" aria-live="polite" data-testid="banner-refused">
      <Icon name="stop" />
      <p>{words.card.reversalRefused(supportNumber, responseCode)}</p>
      {screen.name !== 'sale' ? null : (
        <Key testId="reversal-again" disabled={busy} onPress={() => void run({ command: 'card_check' })}>
          {words.card.reversalAgain}
        </Key>
      )}
    </div>
  );
}

function Unprinted() {
  const { unprinted } = useView();
  const words = useWords();
  const { run, busy } = useCommand();
  if (unprinted === null) return null;
  return (
    <div className="banner cinnabar" aria-live="polite" data-testid="banner-unprinted">
      <Icon name="stop" />
      <p>
        <strong>{words.print.unprinted[unprinted.paper](unprinted.receiptNumber ?? '')}.</strong>{' '}
        {words.print.fault[unprinted.fault]} {unprinted.paper === 'receipt' ? words.print.saleStands : null}
      </p>
      <Key
        testId="print-retry"
        disabled={busy}
        onPress={() => {
          void run({ command: 'print_retry' });
        }}
      >
        {words.print.retry}
      </Key>
    </div>
  );
}
