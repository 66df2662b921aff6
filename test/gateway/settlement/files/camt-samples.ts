/** Statements as banks write them: the older version with words, the newer with codes, and a notification. */

const party = (version: number, role: string, name: string) =>
  version >= 7 ? `<${role}><Pty><Nm>${name}</Nm></Pty></${role}>` : `<${role}><Nm>${name}</Nm></${role}>`;
const status = (version: number, code: string) =>
  version >= 6 ? `<Sts><Cd>${code}</Cd></Sts>` : `<Sts>${code}</Sts>`;

const balance = (code: string, amount: string, side: string, date: string) =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`;

/** Payout of 887.11 out, a batch of two in, a reversal of an earlier payout in, one pending entry. */
export function camt053(version: number): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.0${version}">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>ST-1</MsgId><CreDtTm>2026-11-23T20:00:00</CreDtTm></GrpHdr>
  <Stmt>
   <Id>S1</Id>
   <CreDtTm>2026-11-23T20:00:00</CreDtTm>
   <Acct><Id><Othr><Id>30233156000000000001</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
   ${balance('OPBD', '10000.00', 'CRDT', '2026-11-23')}
   ${balance('CLBD', '9862.89', 'CRDT', '2026-11-23')}
   <TxsSummry><TtlNtries><NbOfNtries>4</NbOfNtries></TtlNtries></TxsSummry>
   <Ntry>
    <Amt Ccy="CNY">887.11</Amt><CdtDbtInd>DBIT</CdtDbtInd>${status(version, 'BOOK')}
    <BookgDt><Dt>2026-11-23</Dt></BookgDt><ValDt><Dt>2026-11-24</Dt></ValDt>
    <AcctSvcrRef>BANK-1</AcctSvcrRef>
    <NtryDtls><TxDtls>
     <Refs><EndToEndId>amurbank-CNY-20261120</EndToEndId></Refs>
     <RltdPties>${party(version, 'Dbtr', 'VOSTOK')}${party(version, 'Cdtr', 'Amur-Bank (AO)')}</RltdPties>
     <RmtInf><Ustrd>Raschety s</Ustrd><Ustrd>predpriiatiiami</Ustrd></RmtInf>
    </TxDtls></NtryDtls>
   </Ntry>
   <Ntry>
    <Amt Ccy="CNY">700.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>${status(version, 'BOOK')}
    <BookgDt><DtTm>2026-11-23T12:00:00+03:00</DtTm></BookgDt>
    <NtryRef>N2</NtryRef>
    <NtryDtls>
     <Btch><NbOfTxs>2</NbOfTxs></Btch>
     <TxDtls><Refs><AcctSvcrRef>T1</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${detailAmount(version, '500.00')}<RltdPties>${party(version, 'Dbtr', 'Alipay')}</RltdPties></TxDtls>
     <TxDtls><Refs><EndToEndId>B2</EndToEndId></Refs>${detailAmount(version, '200.00')}<RltdPties>${party(version, 'Dbtr', 'Alipay &amp; Co')}</RltdPties></TxDtls>
    </NtryDtls>
   </Ntry>
   <Ntry>
    <Amt Ccy="CNY">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>${status(version, 'BOOK')}
    <ValDt><Dt>2026-11-23</Dt></ValDt><AcctSvcrRef>BANK-3</AcctSvcrRef>
    <AddtlNtryInf>&#1042;озврат. Реф. amurbank-CNY-20261119.</AddtlNtryInf>
   </Ntry>
   <Ntry>
    <Amt Ccy="CNY">9.99</Amt><CdtDbtInd>DBIT</CdtDbtInd>${status(version, 'PDNG')}
    <ValDt><Dt>2026-11-25</Dt></ValDt>
   </Ntry>
  </Stmt>
 </BkToCstmrStmt>
</Document>
`;
}

/** Until version 03 a transaction's amount stands in its amount details. */
function detailAmount(version: number, amount: string): string {
  if (version <= 3) return `<AmtDtls><TxAmt><Amt Ccy="CNY">${amount}</Amt></TxAmt></AmtDtls>`;
  return `<Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>`;
}

export const CAMT054 = `<?xml version="1.0" encoding="UTF-8"?>
<n:Document xmlns:n="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
 <n:BkToCstmrDbtCdtNtfctn>
  <n:GrpHdr><n:MsgId>N-1</n:MsgId></n:GrpHdr>
  <n:Ntfctn>
   <n:Id>1</n:Id>
   <n:Acct><n:Id><n:IBAN>DE89370400440532013000</n:IBAN></n:Id></n:Acct>
   <n:Ntry>
    <n:Amt Ccy="EUR">12.30</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd><n:Sts><n:Cd>BOOK</n:Cd></n:Sts>
    <n:BookgDt><n:Dt>2026-11-23</n:Dt></n:BookgDt>
    <n:NtryDtls><n:TxDtls><n:Refs><n:EndToEndId>E1</n:EndToEndId></n:Refs></n:TxDtls></n:NtryDtls>
   </n:Ntry>
  </n:Ntfctn>
 </n:BkToCstmrDbtCdtNtfctn>
</n:Document>
`;
