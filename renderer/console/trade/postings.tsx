/** Postings as they stand in the ledger: each with its place, its template and both its sides. */
import type { PostingView } from '../../../gateway/console/contract/views.ts';
import { Sum } from '../blocks.tsx';
import { moscow } from '../figures.ts';
import { useParts, useWords } from '../parts.tsx';
import { accountName, templateName } from '../text/names.ts';

export function Postings({ postings }: { postings: readonly PostingView[] }) {
  const words = useWords();
  const { language } = useParts();
  return (
    <div className="scroll-x">
      <table className="grid postings">
        <thead>
          <tr>
            <th>{words.payments.account}</th>
            <th className="num">{words.payments.debit}</th>
            <th className="num">{words.payments.credit}</th>
          </tr>
        </thead>
        {postings.map((posting) => (
          <tbody key={posting.transferId}>
            <tr className="posting-head">
              <th>
                {templateName(posting.template, language) ?? posting.template}
                <code title={posting.transferId}>{posting.template}</code>
              </th>
              <th colSpan={2} className="num">
                {moscow(posting.postedAt, language)}
                {posting.position === null ? '' : ` · ${words.payments.position(`${posting.position}`)}`}
              </th>
            </tr>
            {posting.entries.map((entry) => (
              <tr key={`${entry.account} ${entry.side} ${entry.amount.amountMinor}`}>
                <td className="break">
                  {accountName(entry.account, language) ?? entry.account}
                  <code>{entry.account}</code>
                </td>
                <td className="num">{entry.side === 'debit' ? <Sum value={entry.amount} /> : null}</td>
                <td className="num">{entry.side === 'credit' ? <Sum value={entry.amount} /> : null}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}
