import type { Page } from 'playwright-core';

/** Resolves once the page has written a note of an unfinished upload: what is not written yet when a page goes away cannot be gone on with. */
export async function noted(page: Page): Promise<void> {
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
