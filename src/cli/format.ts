/** A number for people: thousands separators in integers, four significant digits otherwise. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value)) return size < 1e15 ? value.toLocaleString('en-US') : value.toExponential(3);
  if (size >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: size >= 10_000 ? 0 : 1 });
  return size < 1e-4 ? value.toExponential(3) : String(Number(value.toPrecision(4)));
}

/** A duration for people: "4 s", "3 min 20 s", "2 h 05 min". @param seconds Not negative. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (n: number) => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}
