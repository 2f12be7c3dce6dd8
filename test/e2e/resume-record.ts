import type { Page } from 'playwright-core';

/** Resolves when the page has saved the resume record of an upload. Without the record, the upload cannot be resumed. */
export async function waitForResumeRecord(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      new Promise<boolean>((resolve) => {
        const request = indexedDB.open('fine-uploader-elements');
        request.onupgradeneeded = () => request.transaction?.abort();
        request.onerror = () => resolve(false);
        request.onsuccess = () => {
          const counting = request.result.transaction('uploads').objectStore('uploads').count();
          counting.onsuccess = () => {
            request.result.close();
            resolve(counting.result > 0);
          };
        };
      }),
    undefined,
    { polling: 50 },
  );
}
