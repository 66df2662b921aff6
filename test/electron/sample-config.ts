/** A terminal's configuration file as the tests write it. */
export function sampleConfig(): Record<string, unknown> {
  return {
    dataDir: 'data',
    till: { name: 'Касса 1' },
    shop: {
      nameRu: 'Амур',
      nameZh: '黑龙江',
      inn: '2801000000',
      address: 'Благовещенск',
      supportPhone: null,
    },
    gateway: {
      url: 'https://127.0.0.1:1/',
      caFile: 'ca.pem',
      spkiPin: 'pin',
      activationCode: 'ABCD-EFGH-JKLM-NPQR',
    },
    devices: {},
    catalogueCsv: 'goods.csv',
    staff: [
      {
        staffId: 'anna',
        name: 'Анна',
        supervisor: true,
        pin: { salt: '00', hash: '00', cost: 2, blockSize: 1, parallel: 1 },
      },
    ],
    policy: { askEveryMs: 50 },
  };
}
