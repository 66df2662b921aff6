/** Numbers of Russian payment documents, and their check digits.
 *  Source  Bank of Russia, order of counting the key of an account (weights 7 1 3 over BIC and account); Federal Tax Service, INN */

/** 20 digits whose ninth is the key for this BIC. A cash settlement centre (BIC ending 000 to 002) counts by its region's number. */
export function isAccountOf(bic: string, account: string): boolean {
  if (!isBic(bic) || !/^[0-9]{20}$/.test(account)) return false;
  const last = bic.slice(6);
  const centre = last === '000' || last === '001' || last === '002' || account.startsWith('30101');
  return weighed((centre ? `0${bic.slice(4, 6)}` : last) + account) % 10 === 0;
}

/** The account with the right key in its ninth place: for setting up parties, and for tests. */
export function withAccountKey(bic: string, account: string): string {
  for (let key = 0; key < 10; key += 1) {
    const candidate = `${account.slice(0, 8)}${key}${account.slice(9)}`;
    if (isAccountOf(bic, candidate)) return candidate;
  }
  return account;
}

export function isBic(bic: string): boolean {
  return /^[0-9]{9}$/.test(bic);
}

/** 10 digits of an organisation or 12 of a person, with right check digits. */
export function isInn(inn: string): boolean {
  if (/^[0-9]{10}$/.test(inn)) return control(inn, [2, 4, 10, 3, 5, 9, 4, 6, 8]) === Number(inn[9]);
  if (!/^[0-9]{12}$/.test(inn)) return false;
  const eleventh = control(inn, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
  const twelfth = control(inn, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
  return eleventh === Number(inn[10]) && twelfth === Number(inn[11]);
}

function weighed(digits: string): number {
  const weights = [7, 1, 3];
  return [...digits].reduce(
    (sum, digit, index) => sum + ((Number(digit) * (weights[index % 3] ?? 0)) % 10),
    0,
  );
}

function control(digits: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (sum % 11) % 10;
}
