/** The rules of pain.001.001.03 that what we write must keep, told once more from the message definition and by other means:
 *  a scanner of its own, tables of order, lengths and patterns. Answers with what is broken. */

interface Tag {
  readonly path: string;
  readonly name: string;
  readonly attributes: string;
  text: string;
  readonly children: string[];
}

/** Children in the order in which the definition allows them; only those that we write. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  Document: ['CstmrCdtTrfInitn'],
  CstmrCdtTrfInitn: ['GrpHdr', 'PmtInf'],
  GrpHdr: ['MsgId', 'CreDtTm', 'NbOfTxs', 'CtrlSum', 'InitgPty'],
  PmtInf: [
    'PmtInfId',
    'PmtMtd',
    'BtchBookg',
    'NbOfTxs',
    'CtrlSum',
    'PmtTpInf',
    'ReqdExctnDt',
    'Dbtr',
    'DbtrAcct',
    'DbtrAgt',
    'UltmtDbtr',
    'ChrgBr',
    'CdtTrfTxInf',
  ],
  CdtTrfTxInf: [
    'PmtId',
    'PmtTpInf',
    'Amt',
    'ChrgBr',
    'UltmtDbtr',
    'CdtrAgt',
    'Cdtr',
    'CdtrAcct',
    'Purp',
    'RmtInf',
  ],
  PmtId: ['InstrId', 'EndToEndId'],
  FinInstnId: ['BIC', 'ClrSysMmbId', 'Nm', 'PstlAdr', 'Othr'],
  ClrSysMmbId: ['ClrSysId', 'MmbId'],
  DbtrAcct: ['Id', 'Tp', 'Ccy', 'Nm'],
};

const SET = "[A-Za-z0-9/\\-?:().,'+ ]";
const TEXT: Readonly<Record<string, RegExp>> = {
  MsgId: new RegExp(`^${SET}{1,35}$`),
  PmtInfId: new RegExp(`^${SET}{1,35}$`),
  InstrId: new RegExp(`^${SET}{1,35}$`),
  EndToEndId: new RegExp(`^${SET}{1,35}$`),
  Nm: new RegExp(`^${SET}{1,140}$`),
  Ustrd: new RegExp(`^${SET}{1,140}$`),
  NbOfTxs: /^[0-9]{1,15}$/,
  CtrlSum: /^(?=[0-9.]{1,19}$)[0-9]+(\.[0-9]{1,17})?$/,
  CreDtTm: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  ReqdExctnDt: /^\d{4}-\d{2}-\d{2}$/,
  PmtMtd: /^TRF$/,
  BtchBookg: /^(true|false)$/,
  ChrgBr: /^(DEBT|CRED|SHAR|SLEV)$/,
  BIC: /^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$/,
  MmbId: /^[A-Za-z0-9]{1,35}$/,
  Cd: /^[A-Z]{1,5}$/,
  IBAN: /^[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}$/,
  Ccy: /^[A-Z]{3}$/,
  InstdAmt: /^(?=[0-9.]{1,19}$)[0-9]{1,18}(\.[0-9]{1,5})?$/,
};

const DECIMALS: Readonly<Record<string, number>> = { CNY: 2, RUB: 2, USD: 2, JPY: 0, KWD: 3 };

export function faultsOf(xml: string): readonly string[] {
  const tags = scan(xml);
  const faults: string[] = [];
  for (const tag of tags) {
    const order = ORDER[tag.name];
    if (order !== undefined) {
      const places = tag.children.map((name) => order.indexOf(name));
      if (places.includes(-1)) faults.push(`${tag.path}: a child that is not allowed`);
      if (places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0)))
        faults.push(`${tag.path}: children out of order`);
    }
    const shape = TEXT[tag.name];
    if (shape !== undefined && !shape.test(unescaped(tag.text))) faults.push(`${tag.path}: ${tag.text}`);
    if (tag.name === 'InstdAmt') {
      const currency = /Ccy="([A-Z]{3})"/.exec(tag.attributes)?.[1] ?? '';
      const decimals = tag.text.split('.')[1]?.length ?? 0;
      if (decimals !== DECIMALS[currency]) faults.push(`${tag.path}: ${decimals} decimals of ${currency}`);
    }
  }
  return [...faults, ...sumFaults(tags)];
}

function sumFaults(tags: readonly Tag[]): readonly string[] {
  const texts = (name: string) => tags.filter((tag) => tag.name === name).map((tag) => tag.text);
  const amounts = texts('InstdAmt');
  const scaled = (text: string) =>
    BigInt(text.replace('.', '')) * 10n ** BigInt(5 - (text.split('.')[1]?.length ?? 0));
  const total = amounts.reduce((sum, text) => sum + scaled(text), 0n);
  const faults: string[] = [];
  if (texts('NbOfTxs').some((count) => Number(count) !== amounts.length)) faults.push('NbOfTxs');
  if (texts('CtrlSum').some((sum) => scaled(sum) !== total)) faults.push('CtrlSum');
  const ids = texts('EndToEndId');
  if (new Set(ids).size !== ids.length) faults.push('EndToEndId');
  return faults;
}

function scan(xml: string): readonly Tag[] {
  const tags: Tag[] = [];
  const open: Tag[] = [];
  for (const [, closing, name = '', attributes = '', text = ''] of xml.matchAll(
    /<(\/?)([A-Za-z]+)([^>]*)>([^<]*)/g,
  )) {
    if (closing === '/') {
      open.pop();
      continue;
    }
    const parent = open.at(-1);
    parent?.children.push(name);
    const tag: Tag = { path: `${parent?.path ?? ''}/${name}`, name, attributes, text, children: [] };
    tags.push(tag);
    open.push(tag);
  }
  return tags;
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
