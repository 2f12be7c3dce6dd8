/** The README's list of differences from Fine Uploader, made from test/fine-uploader/accepted-differences.ts. */
import { tsImport } from 'tsx/esm/api';

/** @returns {Promise<string>} a Markdown list: differences of every upload, then those of S3. */
export async function differencesList() {
  /** @type {typeof import('../fine-uploader/accepted-differences.js')} */
  const { acceptedDifferences } = await tsImport('../fine-uploader/accepted-differences.ts', import.meta.url);
  const reasons = acceptedDifferences.map(({ reason }) => reason);
  /** @param {string} reason */
  const isOfS3 = (reason) => reason.startsWith('S3');
  return [...reasons.filter((reason) => !isOfS3(reason)), ...reasons.filter(isOfS3)].map((reason) => `- ${reason}`).join('\n');
}
