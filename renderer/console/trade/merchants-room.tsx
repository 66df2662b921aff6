/** Merchants: their bank, their terms, and what we owe them. */
import type { MerchantView } from '../../../gateway/console/contract/views.ts';
import { percentNumber } from '../../text/format.ts';
import { Answer, Card, Empty, Heading, Sums } from '../blocks.tsx';
import { useFiltered } from '../filtered.tsx';
import { useAsked, useParts, useWords } from '../parts.tsx';

const EVERY_MS = 30_000;

export function MerchantsRoom() {
  const words = useWords();
  const asked = useAsked<{ readonly rows: readonly MerchantView[] }>('/api/merchants', EVERY_MS);
  return (
    <>
      <Heading>{words.merchants.heading}</Heading>
      <Answer asked={asked}>{({ rows }) => <Merchants all={rows} />}</Answer>
    </>
  );
}

function Merchants({ all }: { all: readonly MerchantView[] }) {
  const words = useWords();
  const { rows, field } = useFiltered(all, (row) =>
    [row.name, row.nameZh, row.mid, row.inn, row.partnerName ?? ''].join(' '),
  );
  return (
    <Card title={words.merchants.count(all.length)} aside={field}>
      <MerchantsTable rows={rows} />
    </Card>
  );
}

function MerchantsTable({ rows }: { rows: readonly MerchantView[] }) {
  const words = useWords();
  const { language } = useParts();
  if (rows.length === 0) return <Empty>{words.merchants.nothing}</Empty>;
  return (
    <div className="scroll-x">
      <table className="grid">
        <thead>
          <tr>
            <th>{words.merchants.name}</th>
            <th>
              {words.merchants.mid} / {words.merchants.inn}
            </th>
            <th>{words.merchants.partner}</th>
            <th className="num">{words.merchants.mdr}</th>
            <th className="num">{words.merchants.markup}</th>
            <th className="num">{words.merchants.terminals}</th>
            <th className="num">{words.merchants.owed}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.mid}>
              <td>
                {row.name}
                <small className="under" lang="zh">
                  {row.nameZh}
                </small>
              </td>
              <td className="number">
                {row.mid}
                <small className="under">{row.inn}</small>
              </td>
              <td>{row.partnerName ?? words.common.none}</td>
              <td className="num">{percentNumber(row.mdrBp, language)} %</td>
              <td className="num">{percentNumber(row.markupBp, language)} %</td>
              <td className="num">{row.terminals}</td>
              <td className="num">
                <Sums values={row.owed} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
