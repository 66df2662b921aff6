/** Time running out, as a bar and in words. */
export function Countdown({ leftMs, wholeMs, label }: { leftMs: number; wholeMs: number; label: string }) {
  const share = wholeMs <= 0 ? 0 : Math.min(1, Math.max(0, leftMs / wholeMs));
  return (
    <div className="countdown" data-testid="countdown">
      <div className="countdown-rail" aria-hidden="true">
        <div className="countdown-bar" style={{ transform: `scaleX(${share.toFixed(4)})` }} />
      </div>
      <p role="timer" className="number">
        {label}
      </p>
    </div>
  );
}
