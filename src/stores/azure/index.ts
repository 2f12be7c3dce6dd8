/** Uploads to Azure Blob Storage. Loaded with the first file. */

export { send } from '../../http/xhr.js';
export { AzureStore } from './azure-store.js';
