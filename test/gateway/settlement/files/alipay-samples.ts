/** Files of Alipay as the documentation shows them. */

export const TRANSACTIONS = [
  'Partner:2088000000000009|Payment_time: 2026-11-20|Total_count:4',
  'Partner_transaction_id|Transaction_id|Transaction_amount|Charge_amount|Currency|Payment_time|Transaction_type|Remark|Secondary_merchant_industry|Secondary_merchant_name|Operator_name|Order_scene|Trans_currency|Trans_amount|Trans_forex_rate',
  'A1|2026112022001000000000000001|887.11|5.32|CNY|2026-11-20 10:11:12|PAYMENT||5812|Восток|op1|paymentQrCode|CNY|887.11|1',
  'A2|2026112022001000000000000002|100.00|0.60|CNY|2026-11-20 10:12:12|PAYMENT|note|5812|Восток|op1|paymentQrCode|CNY|100.00|1',
  'R1|2026112022001000000000000001|-87.11|-0.52|CNY|2026-11-20 11:00:00|REFUND||5812|Восток|op1|paymentQrCode|CNY|-87.11|1',
  'A2|2026112022001000000000000002|100.00|0.60|CNY|2026-11-20 11:30:00|CANCEL||5812|Восток|op1|paymentQrCode|CNY|100.00|1',
  '',
].join('\r\n');

const SETTLEMENT_HEAD =
  'Partner_transaction_id|Transaction_id|Amount|Rmb_amount|Fee|Settlement|Rmb_settlement|Currency|Rate|Payment_time|Settlement_time|Type|Status|Remarks|Secondary_merchant_industry|Secondary_merchant_name|Operator_name|Order_scene|Trans_currency|Trans_amount|Trans_forex_rate';

/** The row of the documentation's sample with a payment's ids. */
export const OFFICIAL_ROW =
  'P100|2018082021001004000000000911|369.30|2001.38|2.22|367.08|1989.37|AUD|5.41940000|2018-08-20 20:26:30|2018-08-21 16:50:00|P|L||5812|Apple store|Apple store|paymentQrCode|AUD|369.30|1';

export const OFFICIAL_SETTLEMENT = [SETTLEMENT_HEAD, OFFICIAL_ROW, ''].join('\n');

export const SETTLEMENT = [
  SETTLEMENT_HEAD,
  OFFICIAL_ROW,
  'R7|2018082021001004000000000911|-69.30|-375.56|-0.42|-68.88|-373.31|AUD|5.41940000|2018-08-20 21:00:00|2018-08-21 16:50:00|R|L||5812|Apple store|Apple store|paymentQrCode|AUD|-69.30|1',
  '2018082021001004000000000912|2018082021001004000000000912|-10.00|-54.19|-0.06|-9.94|-53.86|AUD|5.41940000|2018-08-20 21:10:00|2018-08-21 16:50:00|R|L||5812|Apple store|Apple store|paymentQrCode|AUD|-10.00|1',
  '',
].join('\n');

export const BATCHES = [
  'Settle_batch_no,Settle_date,Amount,Fee,Settlement,Currency',
  '50002018082100000000000000000000 ,2018-08-21 16:50:00,290.00 ,1.74 ,288.26 ,AUD',
  '',
].join('\r\n');

export const HONG_KONG = [
  'Partner_transaction_id,Transaction_id,Amount,Fee,Settlement,Currency,Payment_time,Settlement_time,Type,Status,Remarks,Secondary_merchant_industry',
  'H1,2017052321001004000000000001,862.40 ,8.62 ,853.78 ,HKD,2017-05-19 10:00:00,2017-05-23 15:36:00,P,L,,5812',
  'HR1,2017052321001004000000000001,10.00 ,0.10 ,9.90 ,HKD,2017-05-19 12:00:00,2017-05-23 15:36:00,R,L,,5812',
  '',
].join('\n');

export const SUMMARY = [
  'type,settlementTime,count,settlementAmount,settlementCurrency,commission,referenceId,merchantId',
  'PAYMENT,2016-07-30T00:00:00+08:00,120,7272.27,CNY,43.90,1350004680,12345678',
  'REFUND,2016-07-30T00:00:00+08:00,3,-72.27,CNY,-0.43,1350004680,12345678',
  'TOTAL,2016-07-30T00:00:00+08:00,123,7200.00,CNY,43.47,1350004680,12345678',
  '',
].join('\n');

export const SETTLEMENT_DETAILS = [
  'settlementBatchId,customerId,transactionId,originalTransactionId,transactionRequestId,paymentMethodType,transactionType,paymentTime,settlementTime,transactionAmountValue,transactionCurrency,settlementAmountValue,settlementCurrency,feeAmountValue,feeCurrency',
  '2018122611021040123,1022188000000000001,2018122519074101000000000112612,,REQ1,KAKAOPAY,PAYMENT,2018-12-25T10:00:00+08:30,2018-12-26T10:00:00+08:30,18000,KRW,1450,USD,-50,USD',
  '2018122611021040123,1022188000000000001,2018122519074102000000000041675,2018122519074101000000000112612,REQ2,KAKAOPAY,REFUND,2018-12-25T11:00:00+08:30,2018-12-26T10:00:00+08:30,-9000,KRW,-725,USD,25,USD',
  '<END>',
].join('\r\n');
