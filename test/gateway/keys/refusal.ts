/** The code a call is refused with, or a sentence that no code equals. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(Object(error).code);
  }
  return 'nothing was refused';
}
