/** The few signs the screens draw: shape says what colour says. */
const PATHS = {
  done: 'M5 12.5l4.5 4.5L19 7.5',
  stop: 'M7 7l10 10M17 7L7 17',
  wait: 'M12 7v5.5l3.5 2',
  warn: 'M12 8v5M12 16.2v.3',
  search: 'M10.5 16.5a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM15 15l5 5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  ring = true,
  className = 'icon',
}: {
  name: IconName;
  ring?: boolean;
  className?: string;
}) {
  return (
    <svg
      className={className}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {ring && name !== 'search' ? <circle cx="12" cy="12" r="10" /> : null}
      <path d={PATHS[name]} />
    </svg>
  );
}
