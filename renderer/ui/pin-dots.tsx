/** How many PIN keys were pressed, large; which ones nobody here knows. */
const PLACES = 4;
/** Longer ones stand closer together. */
const SHORT = 6;

export function PinDots({ digits, label }: { digits: number; label: string }) {
  return (
    <p className={digits > SHORT ? 'pin-dots many' : 'pin-dots'} data-testid="pin-dots" data-digits={digits}>
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: Math.max(PLACES, digits) }, (_, place) => (
        // Places of a PIN have nothing but their order.
        <i key={`place-${String(place)}`} className={place < digits ? 'pin-dot filled' : 'pin-dot'} />
      ))}
    </p>
  );
}
