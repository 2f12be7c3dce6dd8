/**
 * Writes the section "What is different" of README.md from the list of accepted differences, between two comments:
 * `node --import tsx test/fine-uploader/readme-section.ts`. A test checks that it is current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../tools/root.mjs';
import { acceptedDifferences } from './accepted-differences.js';

/** What the section stands between. */
export const beginning = '<!-- differences from Fine Uploader -->';
const end = '<!-- differences from Fine Uploader end -->';

/** The file that the section is in. */
export const readmeFile = path.join(root, 'README.md');

/** The accepted differences as a Markdown list: first those of every upload, then those of S3. */
export function differencesMarkdown(): string {
  const reasons = acceptedDifferences.map(({ reason }) => reason);
  const ofS3 = reasons.filter((reason) => reason.startsWith('S3'));
  return [...reasons.filter((reason) => !ofS3.includes(reason)), ...ofS3].map((reason) => `- ${reason}`).join('\n');
}

/**
 * Puts the list into a text.
 * @throws {Error} where the text has no place for it.
 */
export function withDifferences(text: string): string {
  const [from, to] = [text.indexOf(beginning), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the differences: ${beginning} and ${end}.`);
  return `${text.slice(0, from)}${beginning}\n\n${differencesMarkdown()}\n\n${text.slice(to)}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(readmeFile, withDifferences(readFileSync(readmeFile, 'utf8')));
}
