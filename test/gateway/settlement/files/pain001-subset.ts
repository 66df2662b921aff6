/** A schema of the part of pain.001.001.03 that we write, told from the message definition: it shows that the check works.
 *  ISO's own schema stands in the directory that an operator names. */

const sequence = (name: string, children: string) =>
  `<xs:complexType name="${name}"><xs:sequence>${children}</xs:sequence></xs:complexType>`;
const child = (name: string, type: string, least = 1, most = '1') =>
  `<xs:element name="${name}" type="${type}" minOccurs="${least}" maxOccurs="${most}"/>`;
const text = (name: string, length: number) =>
  `<xs:simpleType name="${name}"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="${length}"/></xs:restriction></xs:simpleType>`;
const words = (name: string, values: readonly string[]) =>
  `<xs:simpleType name="${name}"><xs:restriction base="xs:string">${values.map((value) => `<xs:enumeration value="${value}"/>`).join('')}</xs:restriction></xs:simpleType>`;

export const SUBSET_SCHEMA = `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
  targetNamespace="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03" elementFormDefault="qualified">
<xs:element name="Document" type="Document"/>
${sequence('Document', child('CstmrCdtTrfInitn', 'Initiation'))}
${sequence('Initiation', child('GrpHdr', 'Header') + child('PmtInf', 'Information', 1, 'unbounded'))}
${sequence('Header', child('MsgId', 'Max35') + child('CreDtTm', 'xs:dateTime') + child('NbOfTxs', 'Count') + child('CtrlSum', 'xs:decimal', 0) + child('InitgPty', 'Party'))}
${sequence(
  'Information',
  child('PmtInfId', 'Max35') +
    child('PmtMtd', 'Method') +
    child('BtchBookg', 'xs:boolean', 0) +
    child('NbOfTxs', 'Count', 0) +
    child('CtrlSum', 'xs:decimal', 0) +
    child('ReqdExctnDt', 'xs:date') +
    child('Dbtr', 'Party') +
    child('DbtrAcct', 'Account') +
    child('DbtrAgt', 'Agent') +
    child('ChrgBr', 'Bearer', 0) +
    child('CdtTrfTxInf', 'Transaction', 1, 'unbounded'),
)}
${sequence('Transaction', child('PmtId', 'PaymentId') + child('Amt', 'Amount') + child('CdtrAgt', 'Agent', 0) + child('Cdtr', 'Party', 0) + child('CdtrAcct', 'Account', 0) + child('RmtInf', 'Remittance', 0))}
${sequence('PaymentId', child('InstrId', 'Max35', 0) + child('EndToEndId', 'Max35'))}
${sequence('Amount', '<xs:element name="InstdAmt"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="Ccy" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>')}
${sequence('Party', child('Nm', 'Max140', 0))}
${sequence('Account', child('Id', 'AccountId') + child('Ccy', 'Max35', 0))}
<xs:complexType name="AccountId"><xs:choice>${child('IBAN', 'Max35')}${child('Othr', 'Other')}</xs:choice></xs:complexType>
${sequence('Other', child('Id', 'Max34'))}
${sequence('Agent', child('FinInstnId', 'Institution'))}
${sequence('Institution', child('BIC', 'Max35', 0) + child('ClrSysMmbId', 'Member', 0) + child('Nm', 'Max140', 0))}
${sequence('Member', child('ClrSysId', 'System', 0) + child('MmbId', 'Max35'))}
${sequence('System', child('Cd', 'Max5'))}
${sequence('Remittance', child('Ustrd', 'Max140', 0, 'unbounded'))}
${text('Max5', 5)}${text('Max34', 34)}${text('Max35', 35)}${text('Max140', 140)}
${words('Method', ['TRF', 'CHK', 'TRA'])}${words('Bearer', ['DEBT', 'CRED', 'SHAR', 'SLEV'])}
<xs:simpleType name="Count"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{1,15}"/></xs:restriction></xs:simpleType>
</xs:schema>
`;
