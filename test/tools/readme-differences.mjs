/** The README's list of differences from Fine Uploader, made from test/fine-uploader/: what both replays accept. */
import { tsImport } from 'tsx/esm/api';

/** @returns {Promise<string>} a Markdown list: differences of every upload, then those of S3. */
export async function differencesList() {
  /** @type {typeof import('../fine-uploader/accepted-differences.js')} */
  const { acceptedDifferences } = await tsImport('../fine-uploader/accepted-differences.ts', import.meta.url);
  /** @type {typeof import('../fine-uploader/fact-scenarios.js')} */
  const { factScenarios } = await tsImport('../fine-uploader/fact-scenarios.ts', import.meta.url);
  const reasons = [...acceptedDifferences, ...factScenarios.flatMap(({ here }) => here ?? [])].map(({ reason }) => reason);
  /** @param {string} reason */
  const isOfS3 = (reason) => reason.startsWith('S3');
  return [...reasons.filter((reason) => !isOfS3(reason)), ...reasons.filter(isOfS3)].map((reason) => `- ${reason}`).join('\n');
}
