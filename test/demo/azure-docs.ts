/** demo/docs/azure.md, in pieces. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../tools/root.mjs';

/** Its text. */
export const azureDocs = await readFile(join(root, 'demo/docs/azure.md'), 'utf8');

/** Its blocks of code in a language. */
export function blocksOf(language: string): readonly string[] {
  return [...azureDocs.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, 'gms'))].map(([, block = '']) => block);
}

/** Requests with the answer to each. */
export const exchanges = blocksOf('http').flatMap((block, index, all) =>
  block.startsWith('HTTP/') ? [[all[index - 1] ?? '', block] as const] : [],
);

/** A request or an answer: its first line, its headers and its body. */
export function parts(block: string): { first: string; headers: Record<string, string>; body: string } {
  const [head = '', ...body] = block.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  return { first, headers: Object.fromEntries(lines.map((line) => line.split(': ', 2) as [string, string])), body: body.join('\n\n') };
}
