/** Every published value of the fixture as something this room must make again. */
import { createHmac } from 'node:crypto';
import {
  aesInitialKey,
  aesTransactionKey,
  aesUpdateKey,
  aesWorkingKey,
} from '../../../gateway/keys/aes-dukpt.ts';
import { arpcMethod1, arpcMethod2 } from '../../../gateway/keys/arpc.ts';
import { cryptogramData, cryptogramKey, makeArqc } from '../../../gateway/keys/arqc.ts';
import { BlockCipher } from '../../../gateway/keys/cipher.ts';
import { iccMasterKeyA, iccMasterKeyB, sessionKey } from '../../../gateway/keys/emv-keys.ts';
import { ibm3624Offset, ibm3624Pin } from '../../../gateway/keys/ibm3624.ts';
import { keyCheckValue } from '../../../gateway/keys/kcv.ts';
import { type Ksn, parseKsn } from '../../../gateway/keys/ksn.ts';
import { cbcMac, cmac, pad, retailMac } from '../../../gateway/keys/mac.ts';
import { fromHex, toHex } from '../../../gateway/keys/octets.ts';
import {
  clearPinBlock,
  decryptPinBlock,
  encryptPinBlock,
  readClearPinBlock,
} from '../../../gateway/keys/pin-block.ts';
import { pvv } from '../../../gateway/keys/pvv.ts';
import { scriptMac, scriptSessionKey } from '../../../gateway/keys/script-mac.ts';
import { tdesInitialKey, tdesTransactionKey, tdesWorkingKey } from '../../../gateway/keys/tdes-dukpt.ts';
import { unwrapKeyBlock } from '../../../gateway/keys/tr31.ts';
import published from '../../fixtures/crypto.json' with { type: 'json' };

export interface PublishedVector {
  readonly name: string;
  readonly made: () => string;
  readonly expected: string;
}

const row = (name: string, expected: string, made: () => Uint8Array | string): PublishedVector => ({
  name,
  expected,
  made: () => {
    const value = made();
    return typeof value === 'string' ? value : toHex(value);
  },
});

const tdes = (key: Uint8Array | string) =>
  new BlockCipher('tdes', typeof key === 'string' ? fromHex(key) : key);
const aes = (key: Uint8Array | string) =>
  new BlockCipher('aes', typeof key === 'string' ? fromHex(key) : key);
const fixedRandom = (hex: string) => ({ bytes: (length: number) => fromHex(hex).subarray(0, length) });
const noRandom = fixedRandom('FF'.repeat(16));

function tdesDukpt(): PublishedVector[] {
  const { bdk, iksn, pin, pan, clearPinBlock: clear, data, translation } = published.tdesDukpt;
  const ik = tdesInitialKey(fromHex(bdk), parseKsn(iksn));
  const key = (ksn: string) => tdesTransactionKey(ik, parseKsn(ksn));
  const text = Buffer.from(data, 'ascii');
  const pinCipher = (ksn: string) => tdes(tdesWorkingKey(key(ksn), 'pin'));
  return [
    row('initial key', published.tdesDukpt.ik, () => ik),
    row('clear PIN block', clear, () => clearPinBlock(0, pin, pan, noRandom)),
    row('block to translate', translation.clear, () =>
      pinCipher(translation.ksn).decryptBlock(fromHex(translation.block)),
    ),
    ...published.tdesDukpt.rows.flatMap(({ ksn, txnKey, encPinBlock }) => [
      row(`${ksn} transaction key`, txnKey, () => key(ksn)),
      row(`${ksn} PIN block`, encPinBlock, () =>
        encryptPinBlock({ format: 0, cipher: pinCipher(ksn), pin, pan, random: noRandom }),
      ),
      row(`${ksn} PIN`, pin, () =>
        decryptPinBlock({ format: 0, cipher: pinCipher(ksn), block: fromHex(encPinBlock), pan }),
      ),
    ]),
    ...published.tdesDukpt.mac.flatMap(({ ksn, ...codes }) => [
      row(`${ksn} MAC request`, codes.macRequest, () =>
        retailMac(tdesWorkingKey(key(ksn), 'macRequest'), text, 1),
      ),
      row(`${ksn} MAC response`, codes.macResponse, () =>
        retailMac(tdesWorkingKey(key(ksn), 'macResponse'), text, 1),
      ),
      row(`${ksn} data request`, codes.dataRequest, () =>
        tdes(tdesWorkingKey(key(ksn), 'dataRequest')).encryptCbc(pad(text, 1, 8)),
      ),
      row(`${ksn} data response`, codes.dataResponse, () =>
        tdes(tdesWorkingKey(key(ksn), 'dataResponse')).encryptCbc(pad(text, 1, 8)),
      ),
    ]),
  ];
}

function aesDukpt(): PublishedVector[] {
  const v = published.aesDukpt;
  const at = (counter: string) => parseKsn(v.ikid + counter);
  const ik = aesInitialKey(fromHex(v.bdk), at('00000000'));
  const ik256 = aesInitialKey(fromHex(v.bdk + v.bdk), at('00000000'));
  const key = (ksn: Ksn) => aesTransactionKey(ik, ksn);
  const [one, two] = [at('00000001'), at('00000002')];
  const text = Buffer.from(v.data, 'ascii');
  const pinKey = (ksn: Ksn) => aesWorkingKey(key(ksn), ksn, 'pin', 'AES128');
  const code = (ksn: Ksn, usage: 'macRequest' | 'macResponse') =>
    cmac(aes(aesWorkingKey(key(ksn), ksn, usage, 'AES128')), text);
  const hmac = (ksn: Ksn, usage: 'macRequest' | 'macResponse') =>
    createHmac('sha256', aesWorkingKey(key(ksn), ksn, usage, 'HMAC128'))
      .update(text)
      .digest();
  const data = (ksn: Ksn, usage: 'dataRequest' | 'dataResponse') =>
    aes(aesWorkingKey(key(ksn), ksn, usage, 'AES128')).encryptCbc(pad(text, 1, 16));
  return [
    row('initial key', v.ik, () => ik),
    row('initial key of AES-256', v.ik256, () => ik256),
    ...v.rows.map(({ counter, txnKey }) => row(`${counter} transaction key`, txnKey, () => key(at(counter)))),
    row('PIN key 1', v.pinKey1, () => pinKey(one)),
    row('PIN key 2', v.pinKey2, () => pinKey(two)),
    row('PIN key 1, three-key TDES', v.pinKey1Tdes3, () => aesWorkingKey(key(one), one, 'pin', 'TDES3')),
    row('CMAC request 1', v.cmacReq1, () => code(one, 'macRequest')),
    row('CMAC response 1', v.cmacRsp1, () => code(one, 'macResponse')),
    row('update key AES-128', v.updateKeyAes128, () => aesUpdateKey(ik, one, 'AES128')),
    row('update key two-key TDES', v.updateKeyTdes2, () => aesUpdateKey(ik, one, 'TDES2')),
    row('update key three-key TDES', v.updateKeyTdes3, () => aesUpdateKey(ik, one, 'TDES3')),
    row('update key AES-128 of AES-256', v.updateKeyAes256Bdk.aes128, () =>
      aesUpdateKey(ik256, one, 'AES128'),
    ),
    row('update key AES-256 of AES-256', v.updateKeyAes256Bdk.aes256, () =>
      aesUpdateKey(ik256, one, 'AES256'),
    ),
    ...v.working.flatMap((each) => {
      const ksn = parseKsn(each.ksn);
      return [
        row(`${ksn} CMAC request`, each.cmacRequest, () => code(ksn, 'macRequest')),
        row(`${ksn} CMAC response`, each.cmacResponse, () => code(ksn, 'macResponse')),
        row(`${ksn} HMAC request`, each.hmacRequest, () => hmac(ksn, 'macRequest')),
        row(`${ksn} HMAC response`, each.hmacResponse, () => hmac(ksn, 'macResponse')),
        row(`${ksn} data request`, each.dataRequest, () => data(ksn, 'dataRequest')),
        row(`${ksn} data response`, each.dataResponse, () => data(ksn, 'dataResponse')),
      ];
    }),
    ...v.pinBlocks.rows.map(({ counter, block }) =>
      row(`${counter} PIN block`, block, () =>
        encryptPinBlock({
          format: 4,
          cipher: aes(pinKey(at(counter))),
          pin: v.pinBlocks.pin,
          pan: v.pinBlocks.pan,
          random: fixedRandom(v.pinBlocks.random),
        }),
      ),
    ),
  ];
}

function keyBlocks(): PublishedVector[] {
  return published.tr31.blocks.flatMap(({ name, kbpk, block, key, kcv }) => {
    const opened = () => unwrapKeyBlock(fromHex(kbpk), block);
    return [
      row(`${name} key`, key, () => opened().key),
      row(`${name} check value`, kcv, () => {
        const { header, key: bytes } = opened();
        return keyCheckValue(header.algorithm === 'A' ? aes(bytes) : tdes(bytes));
      }),
    ];
  });
}

function pinBlocks(): PublishedVector[] {
  const { pan, format0, format3, refused, format4, ep2 } = published.pinBlocks;
  const cipher4 = aes(format4.key);
  return [
    ...format0.flatMap(({ pin, block }) => [
      row(`format 0 of ${pin.length} digits`, block, () => clearPinBlock(0, pin, pan, noRandom)),
      row(`format 0 of ${pin.length} digits read`, pin, () => readClearPinBlock(0, fromHex(block), pan)),
    ]),
    ...format3.map(({ pin, block }) =>
      row('format 3 read', pin, () => readClearPinBlock(3, fromHex(block), pan)),
    ),
    ...refused.map((block) =>
      row(`${block} is refused`, 'PIN_BLOCK_MALFORMED', () => {
        try {
          return readClearPinBlock(0, fromHex(block), pan);
        } catch (error) {
          return String(Object(error).code);
        }
      }),
    ),
    row('format 4', format4.block, () =>
      encryptPinBlock({ ...format4, format: 4, cipher: cipher4, random: fixedRandom(format4.random) }),
    ),
    row('format 4 read', format4.pin, () =>
      decryptPinBlock({ format: 4, cipher: cipher4, block: fromHex(format4.block), pan: format4.pan }),
    ),
    row('format 4 of ep2', ep2.pin, () =>
      decryptPinBlock({ format: 4, cipher: aes(ep2.key), block: fromHex(ep2.block), pan: ep2.pan }),
    ),
  ];
}

function macs(): PublishedVector[] {
  const { data, retail, cbc, icao, cmacAes, cmacTdes2, cmacTdes3 } = published.mac;
  const text = Buffer.from(data, 'ascii');
  const paddings = [1, 2, 3] as const;
  return [
    ...paddings.map((padding) =>
      row(`retail, padding ${padding}`, retail[`padding${padding}`], () =>
        retailMac(fromHex(retail.key), text, padding),
      ),
    ),
    ...paddings.map((padding) =>
      row(`CBC, padding ${padding}`, cbc[`padding${padding}`], () => cbcMac(tdes(cbc.key), text, padding)),
    ),
    row('retail of ICAO 9303', icao.mac, () => retailMac(fromHex(icao.key), fromHex(icao.data), 2)),
    ...cmacAes.rows.map((each) =>
      row(`CMAC-AES of ${each.data.length / 2} bytes`, each.mac, () =>
        cmac(aes(cmacAes.key), fromHex(each.data)),
      ),
    ),
    ...[cmacTdes2, cmacTdes3].flatMap(({ key, rows }) =>
      rows.map((each) =>
        row(`CMAC-TDES of ${each.data.length / 2} bytes, key of ${key.length / 2}`, each.mac, () =>
          cmac(tdes(key), fromHex(each.data)),
        ),
      ),
    ),
  ];
}

function pinChecks(): PublishedVector[] {
  const { pvk, pan, pvv: pvvs, ibm3624 } = published.pinChecks;
  const card = {
    pvk: fromHex(pvk),
    validationData: ibm3624.validationData,
    decimalisationTable: ibm3624.table,
  };
  return [
    ...pvvs.map((each) =>
      row(`PVV ${each.pvki}`, each.pvv, () => pvv(fromHex(pvk), each.pvki, pan, each.pin)),
    ),
    ...ibm3624.rows.flatMap(({ offset, pin }) => [
      row(`IBM 3624 PIN of ${offset}`, pin, () => ibm3624Pin(card, offset)),
      row(`IBM 3624 offset of ${pin}`, offset, () => ibm3624Offset(card, pin)),
    ]),
  ];
}

const tagValues = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).map(([tag, value]) => [tag, fromHex(value)]));

function emv(): PublishedVector[] {
  const v = published.emv;
  const atc = fromHex(v.atc);
  const cardKey = iccMasterKeyA(fromHex(v.issuerKey), v.pan, v.panSequence);
  const kcv2 = (key: Uint8Array) => keyCheckValue(tdes(key)).slice(0, 4);
  const integrity = iccMasterKeyA(fromHex(v.integrityKey), v.pan, v.panSequence);
  const script = scriptSessionKey(integrity, atc);
  const arqc = (version: 10 | 18, iad: string) =>
    makeArqc(
      version,
      cryptogramKey(version, cardKey, atc),
      cryptogramData(version, tagValues({ ...v.tags, '9F10': iad })),
    );
  const key18 = sessionKey(cardKey, atc);
  const second = v.cvn18Second;
  const secondAtc = fromHex(second.tags['9F36']);
  const secondKey = sessionKey(
    iccMasterKeyA(fromHex(second.issuerKey), second.pan, second.panSequence),
    secondAtc,
  );
  return [
    row('card key', v.cardKey, () => cardKey),
    row('card key check value', v.cardKcv, () => kcv2(cardKey)),
    row('session key check value', v.sessionKcv, () => kcv2(key18)),
    row('integrity card key check value', v.integrityCardKcv, () => kcv2(integrity)),
    row('integrity session key check value', v.integritySessionKcv, () => kcv2(script)),
    ...v.cardKeys.flatMap(({ pan, panSequence, a, b }) => [
      row(`option A of ${pan} ${panSequence}`, a, () =>
        iccMasterKeyA(fromHex(v.issuerKey), pan, panSequence),
      ),
      row(`option B of ${pan} ${panSequence}`, b, () =>
        iccMasterKeyB(fromHex(v.issuerKey), pan, panSequence),
      ),
    ]),
    row('CVN 10 ARQC', v.cvn10.arqc, () => arqc(10, v.cvn10['9F10'])),
    row('CVN 10 ARPC', v.cvn10.arpc, () => arpcMethod1(cardKey, fromHex(v.cvn10.arqc), v.cvn10.responseCode)),
    row('CVN 10 script MAC', v.cvn10.scriptMac, () =>
      scriptMac(script, fromHex(v.cvn10.command), atc, fromHex(v.cvn10.arqc)),
    ),
    row('CVN 18 ARQC', v.cvn18.arqc, () => arqc(18, v.cvn18['9F10'])),
    row('CVN 18 ARPC', v.cvn18.arpc, () =>
      arpcMethod2(key18, fromHex(v.cvn18.arqc), fromHex(v.cvn18.cardStatusUpdate)),
    ),
    row('CVN 18 script MAC', v.cvn18.scriptMac, () =>
      scriptMac(script, fromHex(v.cvn18.command), atc, fromHex(v.cvn18.arqc)),
    ),
    row('CVN 18 second ARQC', second.arqc, () =>
      makeArqc(18, secondKey, cryptogramData(18, tagValues(second.tags))),
    ),
    row('CVN 18 second ARPC', second.arpc, () =>
      arpcMethod2(secondKey, fromHex(second.arqc), fromHex(second.cardStatusUpdate)),
    ),
  ];
}

export const PUBLISHED: Readonly<Record<string, readonly PublishedVector[]>> = {
  'TDES DUKPT': tdesDukpt(),
  'AES DUKPT': aesDukpt(),
  'key blocks': keyBlocks(),
  'PIN blocks': pinBlocks(),
  MACs: macs(),
  'PIN checks': pinChecks(),
  'EMV cryptograms': emv(),
};
