import { describe, expect, test } from 'vitest';
import { RESPONSE_CODES } from '../../../electron/card/response-codes.ts';
import { CARD_KEY_REASONS, CARD_REASONS } from '../../../electron/contract/card-reasons.ts';
import { CARD_OPERATIONS } from '../../../electron/contract/card-view.ts';
import { cardHint } from '../../../renderer/text/card-hints.ts';
import { isWorded } from '../../../renderer/text/code-list.ts';
import { conversionSentence } from '../../../renderer/text/customer-card.ts';
import { CODES, WORDS } from '../../../renderer/text/languages.ts';
import { offer } from '../../fixtures/views/card-views.ts';

const LANGUAGES = ['ru', 'zh', 'en'] as const;

/** What the till tells of cards unasked. */
const NOTICES = [
  'CARD_KEY_CHANGED',
  'CARD_KEY_NOT_CHANGED',
  'CARD_OPERATION_APPROVED',
  'CARD_OPERATION_NOT_DONE',
  'CARD_OWED_REFUSED',
  'CARD_OWED_LONG',
  'CARD_ALARM_SERVICE',
  'CARD_ALARM_CARD',
  'BATCH_AGREED',
  'BATCH_DIFFERS',
  'LATE_MONEY_RETURNED',
  'LATE_MONEY_GOES_BACK',
];

for (const language of LANGUAGES) {
  describe(`cards in ${language}`, () => {
    const codes = CODES[language];

    test('every reason a card ended without money has a title and a hint of its own', () => {
      for (const reason of CARD_REASONS) {
        expect([reason, isWorded(codes, reason)]).toEqual([reason, true]);
        const [title, hint] = codes.words[reason];
        expect([reason, title.length > 1, hint.length > 1]).toEqual([reason, true, true]);
      }
    });

    test('every answer of a bank comes to a worded reason', () => {
      for (const [code, { reason }] of Object.entries(RESPONSE_CODES)) {
        expect([code, isWorded(codes, reason)]).toEqual([code, true]);
      }
    });

    test('a reason never says by itself that money was kept: that depends on the operation', () => {
      for (const reason of CARD_REASONS)
        expect(codes.words[reason].join(' ')).not.toMatch(/Деньги не списаны|没有扣款|Nothing was taken/);
    });

    test('nobody who wants money back, a hold or a balance is asked to pay for it', () => {
      const pays = /Alipay|支付宝|付款方式|付现金|[Tt]ake another|Take cash|оплат|[Вв]озьмите/;
      for (const reason of CARD_REASONS) {
        for (const operation of ['refund', 'void', 'preauthorisation', 'cancellation', 'balance'] as const) {
          const hint = cardHint(codes, language, reason, operation);
          expect([reason, operation, hint.length > 1, pays.test(hint)]).toEqual([
            reason,
            operation,
            true,
            false,
          ]);
        }
      }
    });

    test("the hint of a sale, and of one paid from a hold, is the code's own", () => {
      for (const reason of CARD_REASONS) {
        expect(cardHint(codes, language, reason, 'sale')).toBe(codes.words[reason][1]);
        expect(cardHint(codes, language, reason, 'completion')).toBe(codes.words[reason][1]);
      }
    });

    test('every notice about cards is worded', () => {
      for (const code of NOTICES) expect([code, isWorded(codes, code)]).toEqual([code, true]);
    });

    test('the card key says every reason in few words', () => {
      for (const reason of CARD_KEY_REASONS) {
        const said = WORDS[language].card.keyReason[reason];
        expect([reason, said.length > 1 && said.length <= 20]).toEqual([reason, true]);
      }
    });

    test('only where the card is in the pad is it to be left there', () => {
      const left = /не вынимайте|请勿取出|Leave the card in/;
      const { card } = WORDS[language];
      expect([card.sendingText, card.completingText].every((text) => left.test(text))).toBe(true);
      expect(Object.values(card.cardOut).join(' ')).not.toMatch(left);
    });

    test('every operation has its name and its end', () => {
      for (const operation of CARD_OPERATIONS) {
        expect(WORDS[language].card.operation[operation]).not.toBe('');
        expect(WORDS[language].card.done.title[operation]).not.toBe('');
      }
    });

    test('the offer names rate, source and mark-up', () => {
      const sentence = conversionSentence(language, offer);
      expect(sentence).toMatch(/11[.,]2726/);
      expect(sentence).toMatch(/10[.,]9443/);
      expect(sentence).toMatch(/3 %/);
    });
  });
}
