/** The browser's storage for resume records, and how to clear it. */

export const databaseName = 'fine-uploader-elements';
export const localStoragePrefix = `${databaseName}:`;

export function deleteDatabase(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(databaseName);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(new Error('The database could not be deleted.'));
  });
}

export function clearStorage(): Promise<void> {
  localStorage.clear();
  return deleteDatabase();
}
