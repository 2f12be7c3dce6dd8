import { byteUnits, scaleBytes } from '../language.js';
import type { Language } from '../language.js';

/** Converts a fraction (0 to 1) to a whole percentage (0 to 100), rounded down: 100 means complete. */
export function toPercent(fraction: number): number {
  return Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9);
}

/** Formats a fraction (0 to 1) as a whole percentage: `42%`. */
export function formatPercent(fraction: number, language: Language): string {
  return language.number(toPercent(fraction) / 100, { style: 'percent' });
}

/** Formats a speed in bytes per second: `1.2 MB/s`. */
export function formatSpeed(bytesPerSecond: number, language: Language): string {
  const { value, unitIndex } = scaleBytes(Math.max(1000, bytesPerSecond));
  return language.number(value, {
    style: 'unit',
    unit: `${byteUnits[unitIndex] ?? ''}-per-second`,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  });
}

/** Formats a duration in seconds, rounded to its largest unit: `12 sec`, `4 min`, `2 hr`. */
export function formatDuration(seconds: number, language: Language): string {
  const whole = Math.max(1, Math.round(seconds));
  const [value, unit] = whole < 60 ? [whole, 'second'] : whole < 5400 ? [whole / 60, 'minute'] : [whole / 3600, 'hour'];
  return language.number(Math.round(value), { style: 'unit', unit, unitDisplay: 'short' });
}
