/** Amounts that only rows and sums speak of. */

import { scale, units } from './language.js';
import type { Language } from './language.js';

/** A share of 1, rounded down: 100 % is said only when everything is there. */
export function percentText(share: number, language: Language): string {
  return language.number(wholePercent(share) / 100, { style: 'percent' });
}

/** 0 to 100, rounded down. */
export function wholePercent(share: number): number {
  return Math.floor(Math.min(1, Math.max(0, share)) * 100 + 1e-9);
}

/** Bytes per second: `1.2 MB/s`. */
export function speedText(bytesPerSecond: number, language: Language): string {
  const { scaled, step } = scale(Math.max(1000, bytesPerSecond));
  return language.number(scaled, {
    style: 'unit',
    unit: `${units[step] ?? ''}-per-second`,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  });
}

/** A duration, as coarse as a person would say it: `12 sec`, `4 min`, `2 hr`. */
export function durationText(seconds: number, language: Language): string {
  const whole = Math.max(1, Math.round(seconds));
  const [value, unit] = whole < 60 ? [whole, 'second'] : whole < 5400 ? [whole / 60, 'minute'] : [whole / 3600, 'hour'];
  return language.number(Math.round(value), { style: 'unit', unit, unitDisplay: 'short' });
}
