/** EAN-13 and EAN-8: the check digit. Source: GS1 General Specifications, section 7.9. */

/** True for 13 or 8 digits whose last one is the check digit of the others. */
export function isEan(text: string): boolean {
  if (!/^(?:[0-9]{13}|[0-9]{8})$/.test(text)) return false;
  return checkDigit(text.slice(0, -1)) === text.slice(-1);
}

/** The digit that completes `body`: weights 3 and 1 from the right, up to the next ten. */
export function checkDigit(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i += 1) {
    const digit = body.charCodeAt(body.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit * 3 : digit;
  }
  return String((10 - (sum % 10)) % 10);
}
